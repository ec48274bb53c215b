import type { Handler } from '@takaro/bus';
import type { getSetting } from '@takaro/contracts/tenancy/settings';
import { resolvedSettings } from '../setting-rows.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleGetSetting =
  (tenancy: Tenancy): Handler<typeof getSetting> =>
  async ({ key, gameServerId }, { domainId }) => {
    const setting = (await resolvedSettings(tenancy, domainId, gameServerId)).get(key);
    if (!setting) throw new Error(`${key} is not among the settings`);
    return setting;
  };
