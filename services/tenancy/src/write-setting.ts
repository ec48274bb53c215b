import type { Caller } from '@takaro/bus';
import { setGameServerSetting } from '@takaro/contracts/gameservers/internal';
import type { SettingKey } from '@takaro/contracts/settings';
import { settingsSet } from '@takaro/contracts/tenancy/events';
import type { Tenancy } from './tenancy.ts';
import { eventOf } from './told.ts';

interface SettingChange {
  readonly key: SettingKey;
  /** Null forgets what is stored. */
  readonly value: string | null;
  readonly gameServerId: string | undefined;
}

/**
 * Stores for the domain and tells of it, or has gameservers do both for one of its game servers: whoever stores a value tells of it in
 * the same transaction, so that none holds that nobody was told of. @throws ServiceError GAMESERVER_NOT_FOUND
 */
export async function writeSetting(
  { db, bus, clock }: Pick<Tenancy, 'db' | 'bus' | 'clock'>,
  caller: Caller,
  { key, value, gameServerId }: SettingChange,
): Promise<void> {
  const { domainId } = caller;
  const event = eventOf(settingsSet, { key, value }, { domainId, caller, clock });
  if (gameServerId !== undefined) {
    const { actingUserId, actingModuleId, depth } = event;
    const change = { gameServerId, key, value, actingUserId, actingModuleId, depth };
    await bus.call(setGameServerSetting, change, { domainId, token: await bus.serviceToken(domainId) });
    return;
  }
  await db.transaction(domainId, async (tx) => {
    await tx.sql(`UPDATE {schema}."settings" SET "${key}" = $1, "updatedAt" = now()`, [value]);
    await tx.tell(event);
  });
}
