import type { Handler } from '@takaro/bus';
import type { deleteSetting } from '@takaro/contracts/tenancy/settings';
import type { Tenancy } from '../tenancy.ts';
import { writeSetting } from '../write-setting.ts';

export const handleDeleteSetting =
  (tenancy: Tenancy): Handler<typeof deleteSetting> =>
  async ({ key, gameServerId }, caller) => {
    await writeSetting(tenancy, caller, { key, value: null, gameServerId });
    return {};
  };
