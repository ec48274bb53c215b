import type { Handler } from '@takaro/bus';
import type { updateCronJob } from '@takaro/contracts/modules/cron-jobs';
import { onUnique } from '@takaro/tenant-db';
import { checkCronPattern } from '../crons/cron-slots.ts';
import { moveDefaultPattern, scheduleCronJobs } from '../crons/schedule-cron-jobs.ts';
import { changed } from '../module-event.ts';
import type { Parts } from '../parts.ts';
import { updateRow } from '../rows.ts';
import { changeVersion, touchVersion } from '../versions/change-version.ts';
import { rewriteOwnFunction } from '../versions/own-function.ts';
import { readCronJob } from '../versions/read-components.ts';

export const handleUpdateCronJob =
  (parts: Parts): Handler<typeof updateCronJob> =>
  async ({ id, function: code, ...columns }, caller) => {
    const before = await readCronJob(await parts.db.em(caller.domainId), id);
    if (columns.temporalValue !== undefined) checkCronPattern(columns.temporalValue, parts.context.limits.cronIntervalMs);
    const timezone = await parts.neighbours.timezoneOf(caller.domainId);
    const rename = columns.name === undefined ? undefined : ({ section: 'cronJobs', from: before.name, to: columns.name } as const);
    return changeVersion(parts, caller, { versionId: before.versionId, tells: changed('updated', 'cronjob') }, async (tx) => {
      await updateRow(tx, 'cron', id, columns);
      await rewriteOwnFunction(tx, before.function.id, code);
      await touchVersion(tx, before.versionId, rename);
      if (columns.temporalValue !== undefined && columns.temporalValue !== before.temporalValue) {
        const name = columns.name ?? before.name;
        await moveDefaultPattern(tx, { versionId: before.versionId, name, from: before.temporalValue, to: columns.temporalValue });
        await scheduleCronJobs(tx, { where: 'cron', id }, { timezone, now: parts.context.clock.now() });
      }
      return readCronJob(tx.em, id);
    }).catch(onUnique('cron_versionId_name_key', 'COMPONENT_NAME_TAKEN'));
  };
