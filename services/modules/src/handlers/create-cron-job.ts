import type { Handler } from '@takaro/bus';
import type { createCronJob } from '@takaro/contracts/modules/cron-jobs';
import { onUnique } from '@takaro/tenant-db';
import { checkCronPattern } from '../crons/cron-slots.ts';
import { scheduleCronJobs } from '../crons/schedule-cron-jobs.ts';
import { changed } from '../module-event.ts';
import type { Parts } from '../parts.ts';
import { insertRow } from '../rows.ts';
import { changeVersion, touchVersion } from '../versions/change-version.ts';
import { assignOwnFunction, writeOwnFunction } from '../versions/own-function.ts';
import { readCronJob } from '../versions/read-components.ts';

export const handleCreateCronJob =
  (parts: Parts): Handler<typeof createCronJob> =>
  async ({ versionId, function: code, ...columns }, caller) => {
    checkCronPattern(columns.temporalValue, parts.context.limits.cronIntervalMs);
    const timezone = await parts.neighbours.timezoneOf(caller.domainId);
    return changeVersion(parts, caller, { versionId, adds: true, tells: changed('created', 'cronjob') }, async (tx, { moduleId }) => {
      const functionId = await writeOwnFunction(tx, versionId, code);
      const id = await insertRow(tx, 'cron', { ...columns, versionId, moduleId, functionId });
      await assignOwnFunction(tx, 'cronJob', id, functionId);
      await touchVersion(tx, versionId);
      await scheduleCronJobs(tx, { where: 'cron', id }, { timezone, now: parts.context.clock.now() });
      return readCronJob(tx.em, id);
    }).catch(onUnique('cron_versionId_name_key', 'COMPONENT_NAME_TAKEN'));
  };
