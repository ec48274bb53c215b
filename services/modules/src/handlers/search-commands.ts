import type { Handler } from '@takaro/bus';
import type { searchCommands } from '@takaro/contracts/modules/commands';
import { searchPage } from '@takaro/tenant-db';
import { Command } from '../entities/component.entity.ts';
import type { Parts } from '../parts.ts';
import { extendAssignments } from '../versions/extend-assignments.ts';
import { commandOutputs } from '../versions/read-components.ts';

export const handleSearchCommands =
  ({ db }: Parts): Handler<typeof searchCommands> =>
  async (input, { domainId }) => {
    const em = await db.em(domainId);
    const { rows, ...page } = await searchPage(em, Command, input);
    return { rows: await extendAssignments(em, 'command', await commandOutputs(em, rows), input), ...page };
  };
