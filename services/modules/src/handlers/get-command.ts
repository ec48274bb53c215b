import type { Handler } from '@takaro/bus';
import type { getCommand } from '@takaro/contracts/modules/commands';
import type { Parts } from '../parts.ts';
import { readCommand } from '../versions/read-components.ts';

export const handleGetCommand =
  ({ db }: Parts): Handler<typeof getCommand> =>
  async ({ id }, { domainId }) =>
    readCommand(await db.em(domainId), id);
