import type { Handler } from '@takaro/bus';
import type { ensureCronJobs } from '@takaro/contracts/modules/internal';
import { scheduleCronJobs } from '../crons/schedule-cron-jobs.ts';
import type { Parts } from '../parts.ts';

export const handleEnsureCronJobs =
  ({ db, neighbours, context }: Parts): Handler<typeof ensureCronJobs> =>
  async (_input, { domainId }) => {
    const timezone = await neighbours.timezoneOf(domainId);
    const unscheduled = { where: 'unscheduled', id: domainId } as const;
    await db.transaction(domainId, (tx) => scheduleCronJobs(tx, unscheduled, { timezone, now: context.clock.now() }));
    return {};
  };
