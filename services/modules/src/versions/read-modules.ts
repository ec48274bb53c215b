import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { ServiceError } from '@takaro/contracts/errors';
import type { ModuleOutput } from '@takaro/contracts/modules/shapes';
import { rcompare, valid } from 'semver';
import { Module, type ModuleRow, ModuleVersion, type ModuleVersionRow } from '../entities/module.entity.ts';
import { rowOutput } from '../outputs.ts';
import { readVersions } from './read-versions.ts';

export const LATEST = 'latest';

/** Modules with their version `latest` in full and all versions in short, in the order given. */
export async function readModules(em: SqlEntityManager, modules: readonly ModuleRow[]): Promise<ModuleOutput[]> {
  const versions = await em.find(ModuleVersion, { moduleId: { $in: modules.map(({ id }) => id) } });
  const latest = await readVersions(
    em,
    versions.filter(({ tag }) => tag === LATEST),
  );
  return modules.map((row) => {
    const latestVersion = latest.find(({ moduleId }) => moduleId === row.id);
    if (!latestVersion) throw new Error(`module ${row.id} has no version latest`);
    return {
      name: row.name,
      enabled: row.enabled,
      builtin: row.builtin ?? null,
      author: row.author ?? null,
      supportedGames: [...row.supportedGames],
      latestVersion,
      versions: versions
        .filter(({ moduleId }) => moduleId === row.id)
        .toSorted(newestFirst)
        .map((version) => ({ tag: version.tag, ...rowOutput(version) })),
      ...rowOutput(row),
    };
  });
}

/** `latest`, then by semver, the highest first. */
export const newestFirst = ({ tag: one }: ModuleVersionRow, { tag: other }: ModuleVersionRow): number => {
  if (one === LATEST || other === LATEST) return one === LATEST ? -1 : 1;
  return valid(one) !== null && valid(other) !== null ? rcompare(one, other) : one.localeCompare(other);
};

/** @throws ServiceError MODULE_NOT_FOUND */
export async function readModule(em: SqlEntityManager, id: string): Promise<ModuleOutput> {
  const [module] = await readModules(em, await em.find(Module, { id }));
  if (!module) throw new ServiceError('MODULE_NOT_FOUND', { params: { id } });
  return module;
}
