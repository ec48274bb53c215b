import type { Handler } from '@takaro/bus';
import type { searchCronJobs } from '@takaro/contracts/modules/cron-jobs';
import { searchPage } from '@takaro/tenant-db';
import { Cron, FunctionEntity } from '../entities/component.entity.ts';
import { cronJobOutput } from '../outputs.ts';
import type { Parts } from '../parts.ts';
import { extendAssignments } from '../versions/extend-assignments.ts';
import { ownFunctions } from '../versions/read-versions.ts';

export const handleSearchCronJobs =
  ({ db }: Parts): Handler<typeof searchCronJobs> =>
  async (input, { domainId }) => {
    const em = await db.em(domainId);
    const { rows, ...page } = await searchPage(em, Cron, input);
    const ownOf = ownFunctions(await em.find(FunctionEntity, { id: { $in: rows.map(({ functionId }) => functionId) } }));
    const outputs = rows.map((row) => cronJobOutput(row, ownOf(row)));
    return { rows: await extendAssignments(em, 'cronJob', outputs, input), ...page };
  };
