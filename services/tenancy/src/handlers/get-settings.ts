import type { Handler } from '@takaro/bus';
import type { getSettings } from '@takaro/contracts/tenancy/settings';
import { resolvedSettings } from '../setting-rows.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleGetSettings =
  (tenancy: Tenancy): Handler<typeof getSettings> =>
  async ({ keys = [], gameServerId }, { domainId }) => {
    const settings = await resolvedSettings(tenancy, domainId, gameServerId);
    return [...settings.values()].filter(({ key }) => keys.length === 0 || keys.includes(key));
  };
