import type { Handler } from '@takaro/bus';
import type { searchFunctions } from '@takaro/contracts/modules/functions';
import { searchPage } from '@takaro/tenant-db';
import { FunctionEntity } from '../entities/component.entity.ts';
import { ModuleVersion } from '../entities/module.entity.ts';
import { functionOutput } from '../outputs.ts';
import type { Parts } from '../parts.ts';

export const handleSearchFunctions =
  ({ db }: Parts): Handler<typeof searchFunctions> =>
  async (input, { domainId }) => {
    const em = await db.em(domainId);
    const moduleIds = input.filters?.['moduleId'];
    const wanted = Array.isArray(moduleIds) && moduleIds.length > 0 ? moduleIds.map(String) : null;
    const versions = wanted && (await em.find(ModuleVersion, { moduleId: { $in: wanted } }, { fields: ['id'] }));
    const where = versions ? { where: { versionId: { $in: versions.map(({ id }) => id) } } } : {};
    const { rows, ...page } = await searchPage(em, FunctionEntity, input, where);
    return { rows: rows.map(functionOutput), ...page };
  };
