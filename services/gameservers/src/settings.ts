import { listen } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { bareEvent } from '@takaro/contracts/event-envelope';
import { SETTING_KEYS, type SettingKey, SETTINGS } from '@takaro/contracts/settings';
import { settingsSet } from '@takaro/contracts/tenancy/events';
import { getDomainSettings } from '@takaro/contracts/tenancy/internal';
import type { ServiceContext } from '@takaro/process';
import type { TenantDb, Tx } from '@takaro/tenant-db';
import { LRUCache } from 'lru-cache';

export type Stored = Readonly<Record<SettingKey, string | null>>;

/** A value of one game server, and in whose name its event is. */
export interface SettingChange {
  readonly gameServerId: string;
  readonly key: SettingKey;
  /** Null forgets the value. */
  readonly value: string | null;
  readonly actingUserId?: string | null;
  readonly actingModuleId?: string | null;
  /** Of the event. @default 0 */
  readonly depth?: number;
}

/** How long a value may be believed whose change was not heard. */
const BELIEVED_MS = 2_000;

/** The settings of game servers, as stored and as they hold. */
export interface Settings extends AsyncDisposable {
  /** @throws ServiceError GAMESERVER_NOT_FOUND */
  stored(domainId: string, gameServerId: string): Promise<Stored>;
  /** Stored and told, or neither. @throws ServiceError GAMESERVER_NOT_FOUND */
  store(domainId: string, change: SettingChange): Promise<Stored>;
  /** @throws ServiceError GAMESERVER_NOT_FOUND */
  effective(domainId: string, gameServerId: string): Promise<Record<string, string>>;
  /** One of the effective ones. @throws ServiceError GAMESERVER_NOT_FOUND */
  valueOf(domainId: string, gameServerId: string, key: SettingKey): Promise<string>;
}

const COLUMNS = SETTING_KEYS.map((key) => `"${key}"`).join(', ');

export function openSettings({ bus, clock }: ServiceContext, db: TenantDb): Settings {
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
    async store(domainId, change) {
      const row = await db.transaction(domainId, (tx) => storeAndTell(tx, change, new Date(clock.now())));
      ofServers.delete(`${domainId}/${change.gameServerId}`);
      return row;
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

/** In one transaction: a value that holds was told. */
async function storeAndTell(tx: Tx, change: SettingChange, at: Date): Promise<Stored> {
  const { gameServerId, key, value, actingUserId = null, actingModuleId = null, depth = 0 } = change;
  const [row] = await tx.sql<Stored>(
    `update {schema}."gameServerSettings" set "${key}" = $2, "updatedAt" = now() where "gameServerId" =
      (select "id" from {schema}."gameServer" where "id" = $1 and "deletedAt" is null) returning ${COLUMNS}`,
    [gameServerId, value],
  );
  const stored = rowOr404(row, gameServerId);
  const occurredAt = at.toISOString();
  const { domainId } = tx;
  const meta = { key, value, timestamp: occurredAt };
  await tx.tell(bareEvent({ name: settingsSet.name, domainId, occurredAt, gameServerId, actingUserId, actingModuleId, depth, meta }));
  return stored;
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
