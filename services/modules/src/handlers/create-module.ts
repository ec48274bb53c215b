import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import type { createModule } from '@takaro/contracts/modules/modules';
import { onUnique } from '@takaro/tenant-db';
import { moduleEvent } from '../module-event.ts';
import type { Parts } from '../parts.ts';
import { insertRow } from '../rows.ts';
import { LATEST, readModule } from '../versions/read-modules.ts';
import { registerPermissions } from '../versions/register-permissions.ts';
import { checkVersionInput, versionDefaults } from '../versions/version-input.ts';

/** Makes the module and its version `latest`. */
export const handleCreateModule =
  (parts: Parts): Handler<typeof createModule> =>
  async ({ latestVersion = {}, ...columns }, caller) => {
    const { permissions: declared = [], ...version } = latestVersion;
    checkVersionInput(version, { commands: [], hooks: [], cronJobs: [] });
    const { maxModules } = await parts.neighbours.limitsOf(caller.domainId);
    const [id, versionId] = [newId(), newId()];
    return parts.db
      .transaction(caller.domainId, async (tx) => {
        await insertRow(tx, 'module', { id, ...columns });
        const [own] = await tx.sql<{ count: string }>('select count(*) from {schema}."module" where "builtin" is null');
        if (Number(own?.count) > maxModules) throw new ServiceError('MODULES_LIMIT', { params: { limit: maxModules } });
        const permissions = await registerPermissions(parts, caller.domainId, { moduleId: id, versionId, declared });
        await insertRow(tx, 'moduleVersion', {
          ...versionDefaults,
          ...version,
          id: versionId,
          moduleId: id,
          tag: LATEST,
          permissions: JSON.stringify(permissions),
        });
        await tx.tell(moduleEvent(caller, { name: 'module-created', moduleId: id, at: new Date(parts.context.clock.now()) }));
        return readModule(tx.em, id);
      })
      .catch(onUnique('module_name_key', 'MODULE_NAME_TAKEN'));
  };
