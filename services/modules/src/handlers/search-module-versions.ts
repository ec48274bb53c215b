import type { Handler } from '@takaro/bus';
import type { searchModuleVersions } from '@takaro/contracts/modules/modules';
import { searchPage } from '@takaro/tenant-db';
import { ModuleVersion } from '../entities/module.entity.ts';
import type { Parts } from '../parts.ts';
import { readVersions } from '../versions/read-versions.ts';

export const handleSearchModuleVersions =
  ({ db }: Parts): Handler<typeof searchModuleVersions> =>
  async (input, { domainId }) => {
    const em = await db.em(domainId);
    const { rows, ...page } = await searchPage(em, ModuleVersion, input);
    return { rows: await readVersions(em, rows), ...page };
  };
