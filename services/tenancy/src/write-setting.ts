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
 * Stores for the domain, or has gameservers store it for one of its game servers, and tells of it.
 * @throws ServiceError GAMESERVER_NOT_FOUND
 */
export async function writeSetting(
  { db, bus, clock }: Pick<Tenancy, 'db' | 'bus' | 'clock'>,
  caller: Caller,
  { key, value, gameServerId }: SettingChange,
): Promise<void> {
  const { domainId } = caller;
  if (gameServerId !== undefined) {
    await bus.call(setGameServerSetting, { gameServerId, key, value }, { domainId, token: await bus.serviceToken(domainId) });
  }
  await db.transaction(domainId, async (tx) => {
    if (gameServerId === undefined) await tx.sql(`UPDATE {schema}."settings" SET "${key}" = $1, "updatedAt" = now()`, [value]);
    await tx.tell(eventOf(settingsSet, { key, value }, { domainId, caller, clock, gameServerId }));
  });
}
