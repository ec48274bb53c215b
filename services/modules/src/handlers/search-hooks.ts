import type { Handler } from '@takaro/bus';
import type { searchHooks } from '@takaro/contracts/modules/hooks';
import { searchPage } from '@takaro/tenant-db';
import { FunctionEntity, Hook } from '../entities/component.entity.ts';
import { hookOutput } from '../outputs.ts';
import type { Parts } from '../parts.ts';
import { extendAssignments } from '../versions/extend-assignments.ts';
import { ownFunctions } from '../versions/read-versions.ts';

export const handleSearchHooks =
  ({ db }: Parts): Handler<typeof searchHooks> =>
  async (input, { domainId }) => {
    const em = await db.em(domainId);
    const { rows, ...page } = await searchPage(em, Hook, input);
    const ownOf = ownFunctions(await em.find(FunctionEntity, { id: { $in: rows.map(({ functionId }) => functionId) } }));
    const outputs = rows.map((row) => hookOutput(row, ownOf(row)));
    return { rows: await extendAssignments(em, 'hook', outputs, input), ...page };
  };
