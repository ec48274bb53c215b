import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { SettingKey } from '@takaro/contracts/settings';
import type { setSetting } from '@takaro/contracts/tenancy/settings';
import { resolvedSettings } from '../setting-rows.ts';
import type { Tenancy } from '../tenancy.ts';
import { writeSetting } from '../write-setting.ts';

export const handleSetSetting =
  (tenancy: Tenancy): Handler<typeof setSetting> =>
  async ({ key, value, gameServerId }, caller) => {
    const text = String(value);
    checkValue(key, text);
    await writeSetting(tenancy, caller, { key, value: text, gameServerId });
    const setting = (await resolvedSettings(tenancy, caller.domainId, gameServerId)).get(key);
    if (!setting) throw new Error(`${key} is not among the settings`);
    return setting;
  };

/** Cron jobs are read in this zone: one that does not exist would stop them all. */
function checkValue(key: SettingKey, value: string): void {
  if (key === 'timezone' && !isTimeZone(value)) throw new ServiceError('SETTING_REFUSED', { params: { key } });
}

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone.length > 0;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
