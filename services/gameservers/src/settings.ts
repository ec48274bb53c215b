import { listen } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { SETTING_KEYS, type SettingKey, SETTINGS } from '@takaro/contracts/settings';
import { getDomainSettings } from '@takaro/contracts/tenancy/internal';
import type { ServiceContext } from '@takaro/process';
import type { TenantDb } from '@takaro/tenant-db';
import { LRUCache } from 'lru-cache';

export type Stored = Readonly<Record<SettingKey, string | null>>;

/** How long a value may be believed whose change was not heard. */
const BELIEVED_MS = 2_000;

/** The settings of game servers, as stored and as they hold. */
export interface Settings extends AsyncDisposable {
  /** @throws ServiceError GAMESERVER_NOT_FOUND */
  stored(domainId: string, gameServerId: string): Promise<Stored>;
  /** Null forgets the value. @throws ServiceError GAMESERVER_NOT_FOUND */
  store(domainId: string, gameServerId: string, change: { readonly key: SettingKey; readonly value: string | null }): Promise<Stored>;
  /** @throws ServiceError GAMESERVER_NOT_FOUND */
  effective(domainId: string, gameServerId: string): Promise<Record<string, string>>;
  /** One of the effective ones. @throws ServiceError GAMESERVER_NOT_FOUND */
  valueOf(domainId: string, gameServerId: string, key: SettingKey): Promise<string>;
}

const COLUMNS = SETTING_KEYS.map((key) => `"${key}"`).join(', ');

export function openSettings({ bus }: ServiceContext, db: TenantDb): Settings {
  const ofDomains = new LRUCache<string, Promise<Stored>>({ max: 10_000, ttl: BELIEVED_MS });
  const ofServers = new LRUCache<string, Promise<Stored>>({ max: 10_000, ttl: BELIEVED_MS });
  const listening = listen(bus, ['settings-set'], ({ domainId, gameServerId }) => {
    if (gameServerId === null) ofDomains.delete(domainId);
    else ofServers.delete(`${domainId}/${gameServerId}`);
  });

  async function stored(domainId: string, gameServerId: string): Promise<Stored> {
    const [row] = await db.sql<Stored>(
      domainId,
      `select ${COLUMNS} from {schema}."gameServerSettings" where "gameServerId" =
        (select "id" from {schema}."gameServer" where "id" = $1 and "deletedAt" is null)`,
      [gameServerId],
    );
    return rowOr404(row, gameServerId);
  }

  const ofDomain = (domainId: string): Promise<Stored> =>
    remembered(ofDomains, domainId, async () => bus.call(getDomainSettings, {}, { domainId, token: await bus.serviceToken(domainId) }));

  const both = (domainId: string, gameServerId: string): Promise<[Stored, Stored]> =>
    Promise.all([remembered(ofServers, `${domainId}/${gameServerId}`, () => stored(domainId, gameServerId)), ofDomain(domainId)]);

  return {
    stored,
    async store(domainId, gameServerId, { key, value }) {
      await stored(domainId, gameServerId);
      const [row] = await db.sql<Stored>(
        domainId,
        `update {schema}."gameServerSettings" set "${key}" = $2, "updatedAt" = now() where "gameServerId" = $1 returning ${COLUMNS}`,
        [gameServerId, value],
      );
      ofServers.delete(`${domainId}/${gameServerId}`);
      return rowOr404(row, gameServerId);
    },
    async effective(domainId, gameServerId) {
      const [own, inherited] = await both(domainId, gameServerId);
      return Object.fromEntries(SETTING_KEYS.map((key) => [key, resolve(key, own, inherited)]));
    },
    async valueOf(domainId, gameServerId, key) {
      return resolve(key, ...(await both(domainId, gameServerId)));
    },
    [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
  };
}

function rowOr404(row: Stored | undefined, gameServerId: string): Stored {
  if (!row) throw new ServiceError('GAMESERVER_NOT_FOUND', { params: { gameServerId } });
  return row;
}

/** A server's empty text is not a value of its own. */
const resolve = (key: SettingKey, own: Stored, inherited: Stored): string => own[key] || (inherited[key] ?? SETTINGS[key].defaultValue);

/** What is being read counts as known: many who ask at once cause one reading. A failure is not remembered. */
function remembered<T extends object>(cache: LRUCache<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const known = cache.get(key);
  if (known) return known;
  const reading = read();
  cache.set(key, reading);
  reading.catch(() => cache.delete(key));
  return reading;
}
