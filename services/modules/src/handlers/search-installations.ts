import type { Handler } from '@takaro/bus';
import type { searchInstallations } from '@takaro/contracts/modules/installations';
import { searchPage } from '@takaro/tenant-db';
import { ModuleInstallation } from '../entities/module.entity.ts';
import type { Parts } from '../parts.ts';
import { installationOutputs } from '../versions/read-installations.ts';

export const handleSearchInstallations =
  ({ db }: Parts): Handler<typeof searchInstallations> =>
  async (input, { domainId }) => {
    const em = await db.em(domainId);
    const { rows, ...page } = await searchPage(em, ModuleInstallation, input, { columns: { gameserverId: 'gameServerId' } });
    return { rows: await installationOutputs(em, rows), ...page };
  };
