import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import type { tagVersion } from '@takaro/contracts/modules/modules';
import type { ModuleVersionOutput } from '@takaro/contracts/modules/shapes';
import { onUnique, type Tx } from '@takaro/tenant-db';
import { ModuleVersion, type ModuleVersionRow } from '../entities/module.entity.ts';
import { changed, moduleUpdatedEvent } from '../module-event.ts';
import type { Parts } from '../parts.ts';
import { insertRow, updateRow } from '../rows.ts';
import { lockVersion } from '../versions/change-version.ts';
import { findOr } from '../versions/own-function.ts';
import { LATEST } from '../versions/read-modules.ts';
import { readVersions } from '../versions/read-versions.ts';
import { withNewPermissions } from '../versions/register-permissions.ts';
import { copyContent, readContent, writeContent } from '../versions/version-content.ts';
import { isTag } from '../versions/version-input.ts';

/** A deep copy: components, functions and assignments under ids of their own, so that what is edited later does not show in it. */
export const handleTagVersion =
  (parts: Parts): Handler<typeof tagVersion> =>
  async ({ tag, moduleId }, caller) => {
    const em = await parts.db.em(caller.domainId);
    const { id: latestId } = await findOr(em.findOne(ModuleVersion, { moduleId, tag: LATEST }), 'MODULE_NOT_FOUND', moduleId);
    if (tag === LATEST) return readVersion(em, latestId);
    if (!isTag(tag)) throw new ServiceError('TAG_INVALID');
    return withNewPermissions(parts, caller.domainId, (register) =>
      parts.db
        .transaction(caller.domainId, async (tx) => {
          // Nobody changes it while it is copied.
          const { moduleName } = await lockVersion(tx, latestId, 'MODULE_NOT_FOUND');
          const latest = await tx.em.findOneOrFail(ModuleVersion, { id: latestId });
          const versionId = await copyVersion(tx, latest, tag);
          if (latest.permissions.length > 0) {
            const declared = latest.permissions.map(({ permission, friendlyName, description, canHaveCount }) => ({
              permission,
              friendlyName,
              description,
              canHaveCount,
            }));
            const permissions = await register({ moduleId, versionId, declared });
            await updateRow(tx, 'moduleVersion', versionId, { permissions: JSON.stringify(permissions) });
          }
          const change = changed('updated', 'module')({ id: moduleId, name: moduleName });
          await tx.tell(moduleUpdatedEvent(caller, moduleId, change, new Date(parts.context.clock.now())));
          return readVersion(tx.em, versionId);
        })
        .catch(onUnique('moduleVersion_moduleId_tag_key', 'VERSION_TAKEN')),
    );
  };

async function copyVersion(tx: Tx, latest: ModuleVersionRow, tag: string): Promise<string> {
  const { moduleId, description, configSchema, uiSchema, defaultSystemConfig } = latest;
  const id = newId();
  await insertRow(tx, 'moduleVersion', { id, moduleId, tag, description, configSchema, uiSchema, defaultSystemConfig });
  await writeContent(tx, { id, moduleId }, copyContent(await readContent(tx.em, latest.id)));
  return id;
}

async function readVersion(em: SqlEntityManager, id: string): Promise<ModuleVersionOutput> {
  const [version] = await readVersions(em, await em.find(ModuleVersion, { id }));
  if (!version) throw new ServiceError('VERSION_NOT_FOUND', { params: { id } });
  return version;
}
