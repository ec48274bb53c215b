import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Handler } from '@takaro/bus';
import type { searchFunctions } from '@takaro/contracts/modules/functions';
import { searchPage } from '@takaro/tenant-db';
import { FunctionEntity } from '../entities/component.entity.ts';
import { ModuleVersion } from '../entities/module.entity.ts';
import type { Parts } from '../parts.ts';
import { functionsWithRelations } from '../versions/function-relations.ts';

export const handleSearchFunctions =
  ({ db }: Parts): Handler<typeof searchFunctions> =>
  async (input, { domainId }) => {
    const em = await db.em(domainId);
    const { rows, ...page } = await searchPage(em, FunctionEntity, input, await whereModule(em, input.filters?.['moduleId']));
    return { rows: await functionsWithRelations(em, rows, input), ...page };
  };

/** A function is of a module by its version; the text `null` asks for those of none. */
async function whereModule(em: SqlEntityManager, asked: readonly unknown[] | boolean | undefined) {
  if (!Array.isArray(asked) || asked.length === 0) return {};
  const moduleIds = asked.filter((id) => id !== 'null').map(String);
  const versions = await em.find(ModuleVersion, { moduleId: { $in: moduleIds } }, { fields: ['id'] });
  const ofModules = { versionId: { $in: versions.map(({ id }) => id) } };
  return { where: moduleIds.length < asked.length ? { $or: [ofModules, { versionId: null }] } : ofModules };
}
