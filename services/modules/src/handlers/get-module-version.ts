import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { getModuleVersion } from '@takaro/contracts/modules/modules';
import { ModuleVersion } from '../entities/module.entity.ts';
import type { Parts } from '../parts.ts';
import { readVersions } from '../versions/read-versions.ts';

export const handleGetModuleVersion =
  ({ db }: Parts): Handler<typeof getModuleVersion> =>
  async ({ id }, { domainId }) => {
    const em = await db.em(domainId);
    const [version] = await readVersions(em, await em.find(ModuleVersion, { id }));
    if (!version) throw new ServiceError('VERSION_NOT_FOUND', { params: { id } });
    return version;
  };
