import { listen } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { ServiceContext } from '@takaro/process';
import type { TenantDb } from '@takaro/tenant-db';
import { LRUCache } from 'lru-cache';

/** How long a copy of the service may believe what another copy has changed meanwhile; usually it hears of it at once. */
const BELIEVED_MS = 2_000;
/** A game server that was told to be away for longer than this is not waited for. */
const COMING_BACK_S = 15;

/** Which game servers can be asked for something, without asking the database each time. */
export interface Directory extends AsyncDisposable {
  /** @throws ServiceError GAMESERVER_NOT_FOUND, GAMESERVER_DISABLED */
  checkUsable(domainId: string, gameServerId: string): Promise<void>;
  /** Whether it was there a moment ago: its line may have been cut, or the copy of connectors that held it starts again. */
  mayComeBack(domainId: string, gameServerId: string): Promise<boolean>;
  /** To be called where a row was changed here. */
  forget(domainId: string, gameServerId: string): void;
}

type State = 'usable' | 'disabled' | 'unknown';

export function openDirectory({ bus }: ServiceContext, db: TenantDb): Directory {
  const states = new LRUCache<string, Promise<State>>({ max: 10_000, ttl: BELIEVED_MS });
  const keyOf = (domainId: string, gameServerId: string): string => `${domainId}/${gameServerId}`;
  const forget = (domainId: string, gameServerId: string): void => void states.delete(keyOf(domainId, gameServerId));
  const listening = listen(bus, ['gameserver-updated', 'gameserver-deleted'], ({ domainId, gameServerId }) => {
    if (gameServerId !== null) forget(domainId, gameServerId);
  });

  async function look(domainId: string, gameServerId: string): Promise<State> {
    const [row] = await db.sql<{ enabled: boolean }>(
      domainId,
      'select "enabled" from {schema}."gameServer" where "id" = $1 and "deletedAt" is null',
      [gameServerId],
    );
    return row ? (row.enabled ? 'usable' : 'disabled') : 'unknown';
  }

  function stateOf(domainId: string, gameServerId: string): Promise<State> {
    const key = keyOf(domainId, gameServerId);
    const known = states.get(key);
    if (known) return known;
    const looking = look(domainId, gameServerId);
    states.set(key, looking);
    // What could not be read is not remembered; whoever waits for it gets the failure.
    looking.catch(() => states.delete(key));
    return looking;
  }

  return {
    async checkUsable(domainId, gameServerId) {
      const state = await stateOf(domainId, gameServerId);
      if (state === 'unknown') throw new ServiceError('GAMESERVER_NOT_FOUND', { params: { gameServerId } });
      if (state === 'disabled') throw new ServiceError('GAMESERVER_DISABLED');
    },
    mayComeBack: async (domainId, gameServerId) => {
      const [row] = await db.sql<{ soon: boolean }>(
        domainId,
        `select "reachable" or "updatedAt" > now() - make_interval(secs => ${COMING_BACK_S}) as "soon"
         from {schema}."gameServer" where "id" = $1 and "deletedAt" is null`,
        [gameServerId],
      );
      return row?.soon ?? false;
    },
    forget,
    [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
  };
}
