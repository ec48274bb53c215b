import type { Handler } from '@takaro/bus';
import { newId } from '@takaro/contracts/ids';
import type { createModule } from '@takaro/contracts/modules/modules';
import { onUnique } from '@takaro/tenant-db';
import { moduleEvent } from '../module-event.ts';
import type { Parts } from '../parts.ts';
import { insertRow } from '../rows.ts';
import { refuseTooMany } from '../versions/module-limit.ts';
import { LATEST, readModule } from '../versions/read-modules.ts';
import { withNewPermissions } from '../versions/register-permissions.ts';
import { checkVersionInput, versionDefaults } from '../versions/version-input.ts';

/** Makes the module and its version `latest`. */
export const handleCreateModule =
  (parts: Parts): Handler<typeof createModule> =>
  async ({ latestVersion = {}, ...columns }, caller) => {
    const { permissions: declared = [], ...version } = latestVersion;
    checkVersionInput(version, { commands: [], hooks: [], cronJobs: [] });
    const { maxModules } = await parts.neighbours.limitsOf(caller.domainId);
    const [id, versionId] = [newId(), newId()];
    return withNewPermissions(parts, caller.domainId, (register) =>
      parts.db
        .transaction(caller.domainId, async (tx) => {
          await insertRow(tx, 'module', { id, ...columns });
          await refuseTooMany(tx, maxModules);
          const permissions = await register({ moduleId: id, versionId, declared });
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
        .catch(onUnique('module_name_key', 'MODULE_NAME_TAKEN')),
    );
  };
