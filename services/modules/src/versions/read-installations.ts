import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { ServiceError } from '@takaro/contracts/errors';
import type { ModuleInstallationOutput } from '@takaro/contracts/modules/shapes';
import { Module, ModuleInstallation, type ModuleInstallationRow, ModuleVersion } from '../entities/module.entity.ts';
import { rowOutput } from '../outputs.ts';
import { readModules } from './read-modules.ts';
import { readVersions } from './read-versions.ts';

export async function installationOutputs(
  em: SqlEntityManager,
  rows: readonly ModuleInstallationRow[],
): Promise<ModuleInstallationOutput[]> {
  if (rows.length === 0) return [];
  const modules = await readModules(em, await em.find(Module, { id: { $in: rows.map(({ moduleId }) => moduleId) } }));
  const versions = await readVersions(em, await em.find(ModuleVersion, { id: { $in: rows.map(({ versionId }) => versionId) } }));
  return rows.map((row) => {
    const module = modules.find(({ id }) => id === row.moduleId);
    const version = versions.find(({ id }) => id === row.versionId);
    if (!module || !version) throw new Error(`installation ${row.id} lacks its module`);
    return {
      gameserverId: row.gameServerId,
      versionId: row.versionId,
      moduleId: row.moduleId,
      version,
      module,
      userConfig: row.userConfig,
      systemConfig: row.systemConfig,
      ...rowOutput(row),
    };
  });
}

/** @throws ServiceError INSTALLATION_NOT_FOUND */
export async function readInstallation(
  em: SqlEntityManager,
  key: { readonly moduleId: string; readonly gameServerId: string },
): Promise<ModuleInstallationOutput> {
  const [output] = await installationOutputs(em, await em.find(ModuleInstallation, key));
  if (!output) throw new ServiceError('INSTALLATION_NOT_FOUND');
  return output;
}
