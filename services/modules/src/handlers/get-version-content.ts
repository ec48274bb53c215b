import type { Handler } from '@takaro/bus';
import type { getVersionContent } from '@takaro/contracts/modules/executions';
import { FunctionEntity } from '../entities/component.entity.ts';
import { ModuleVersion } from '../entities/module.entity.ts';
import type { Parts } from '../parts.ts';
import { findOr } from '../versions/own-function.ts';
import { readVersions } from '../versions/read-versions.ts';
import { versionForFunctions } from '../versions/version-for-functions.ts';

/** Always the newest: a runner that asks for a revision that is over gets what took its place, and its number. */
export const handleGetVersionContent =
  ({ db }: Parts): Handler<typeof getVersionContent> =>
  async ({ versionId }, { domainId }) => {
    const em = await db.em(domainId);
    const row = await findOr(em.findOne(ModuleVersion, { id: versionId }), 'VERSION_NOT_FOUND', versionId);
    const [version] = await readVersions(em, [row]);
    const functions = await em.find(FunctionEntity, { versionId });
    return {
      revision: row.revision,
      version: version ? versionForFunctions(version) : {},
      functions: functions.map(({ id, name, code }) => ({ id, name: name ?? null, code })),
    };
  };
