import type { Handler } from '@takaro/bus';
import type { updateModule } from '@takaro/contracts/modules/modules';
import { onUnique } from '@takaro/tenant-db';
import { scheduleCronJobs } from '../crons/schedule-cron-jobs.ts';
import { ModuleVersion } from '../entities/module.entity.ts';
import { changed } from '../module-event.ts';
import type { Parts } from '../parts.ts';
import { updateRow } from '../rows.ts';
import { changeVersion } from '../versions/change-version.ts';
import { findOr } from '../versions/own-function.ts';
import { LATEST, readModule } from '../versions/read-modules.ts';
import { readConfigurableParts } from '../versions/refresh-installations.ts';
import { registerPermissions } from '../versions/register-permissions.ts';
import { checkVersionInput } from '../versions/version-input.ts';

export const handleUpdateModule =
  (parts: Parts): Handler<typeof updateModule> =>
  async ({ id, latestVersion = {}, ...columns }, caller) => {
    const em = await parts.db.em(caller.domainId);
    const { id: versionId } = await findOr(em.findOne(ModuleVersion, { moduleId: id, tag: LATEST }), 'MODULE_NOT_FOUND', id);
    const { permissions: declared, ...version } = latestVersion;
    const now = parts.context.clock.now();
    const timezone = columns.enabled ? await parts.neighbours.timezoneOf(caller.domainId) : null;
    return changeVersion(parts, caller, { versionId, tells: changed('updated', 'module') }, async (tx) => {
      checkVersionInput(version, await readConfigurableParts(tx, versionId));
      await updateRow(tx, 'module', id, columns);
      const permissions = declared && (await registerPermissions(parts, caller.domainId, { moduleId: id, versionId, declared }));
      await updateRow(tx, 'moduleVersion', versionId, { ...version, ...(permissions && { permissions: JSON.stringify(permissions) }) });
      if (timezone !== null) await scheduleCronJobs(tx, { where: 'module', id }, { timezone, now });
      return readModule(tx.em, id);
    }).catch(onUnique('module_name_key', 'MODULE_NAME_TAKEN'));
  };
