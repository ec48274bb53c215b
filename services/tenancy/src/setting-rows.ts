import { ServiceError } from '@takaro/contracts/errors';
import { getGameServerSettings } from '@takaro/contracts/gameservers/internal';
import { SETTING_KEYS, type SettingKey, SETTINGS } from '@takaro/contracts/settings';
import type { SettingsOutput } from '@takaro/contracts/tenancy/shapes';
import type { Tenancy } from './tenancy.ts';

/** What is stored; null where the next one in line holds. */
export type StoredSettings = Readonly<Record<SettingKey, string | null>>;

const COLUMNS = SETTING_KEYS.map((key) => `"${key}"`).join(', ');

/** @throws ServiceError DOMAIN_UNKNOWN */
export async function storedSettings(db: Tenancy['db'], domainId: string): Promise<StoredSettings> {
  const [row] = await db.sql<StoredSettings>(domainId, `SELECT ${COLUMNS} FROM {schema}."settings"`);
  if (!row) throw new ServiceError('DOMAIN_UNKNOWN');
  return row;
}

/** The settings as they hold for the domain, or for one of its game servers. @throws ServiceError GAMESERVER_NOT_FOUND */
export async function resolvedSettings(
  { db, bus }: Pick<Tenancy, 'db' | 'bus'>,
  domainId: string,
  gameServerId: string | undefined,
): Promise<ReadonlyMap<SettingKey, SettingsOutput>> {
  const ofDomain = await storedSettings(db, domainId);
  const ofServer =
    gameServerId === undefined
      ? null
      : await bus.call(getGameServerSettings, { gameServerId }, { domainId, token: await bus.serviceToken(domainId) });
  return new Map(
    SETTING_KEYS.map((key) => [
      key,
      resolveSetting(key, { ofDomain: ofDomain[key], ofServer: ofServer && { value: ofServer[key] ?? null } }),
    ]),
  );
}

interface Stored {
  readonly ofDomain: string | null;
  /** Null when the question is about the domain. */
  readonly ofServer: { readonly value: string | null } | null;
}

/** Game server (where not empty), then domain, then default. */
export function resolveSetting(key: SettingKey, { ofDomain, ofServer }: Stored): SettingsOutput {
  const { defaultValue, perGameServer, description } = SETTINGS[key];
  const row = { key, description, canHaveGameServerOverride: perGameServer };
  if (ofServer?.value) return { ...row, value: ofServer.value, type: 'override' };
  if (ofDomain !== null) return { ...row, value: ofDomain, type: ofServer ? 'inherit' : 'global' };
  return { ...row, value: defaultValue, type: 'default' };
}
