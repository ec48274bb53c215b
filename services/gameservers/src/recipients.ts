import { setTimeout as delay } from 'node:timers/promises';
import { listen } from '@takaro/bus';
import type { GamePlayer } from '@takaro/contracts/gameservers/actions';
import { getGamePlayer } from '@takaro/contracts/players/in-games';
import type { ServiceContext } from '@takaro/process';
import { LRUCache } from 'lru-cache';

/** For how long a change that was not heard stays unseen: what is kept is only shown. */
const BELIEVED_MS = 60_000;
/** Whoever is not known may be met any moment. */
const UNKNOWN_MS = 1_000;
/** A message waits no longer than this for a name. */
const PATIENCE_MS = 500;
const CHANGES = ['player-created', 'player-new-name-detected', 'player-deleted'];

/** Whom a game means by an id of its own. */
export interface Recipients extends AsyncDisposable {
  /** Null where it is nobody who was ever seen there, or players does not answer soon: no message fails for a name. */
  find(domainId: string, gameServerId: string, gameId: string): Promise<GamePlayer | null>;
}

type Found = Promise<GamePlayer | null>;

export function openRecipients({ bus, log }: Pick<ServiceContext, 'bus' | 'log'>): Recipients {
  const known = new LRUCache<string, Found>({ max: 2_000, ttl: BELIEVED_MS });
  const listening = listen(bus, CHANGES, ({ domainId }) => {
    for (const key of known.keys()) if (key.startsWith(`${domainId}/`)) known.delete(key);
  });

  async function ask(domainId: string, gameServerId: string, gameId: string): Found {
    return bus.call(getGamePlayer, { gameServerId, gameId }, { domainId, token: await bus.serviceToken(domainId) });
  }

  /** Who asks for somebody who is being looked up waits for the same answer. */
  function look(domainId: string, gameServerId: string, gameId: string): Found {
    const key = `${domainId}/${gameServerId}/${gameId}`;
    const looking = known.get(key);
    if (looking) return looking;
    const asked = ask(domainId, gameServerId, gameId).catch((error: unknown) => {
      log.debug({ domainId, gameServerId, err: error }, 'a recipient was not looked up');
      return null;
    });
    known.set(key, asked);
    void asked.then((found) => {
      if (found === null && known.peek(key) === asked) known.set(key, asked, { ttl: UNKNOWN_MS });
    });
    return asked;
  }

  return {
    find: (...who) => Promise.race([look(...who), delay(PATIENCE_MS, null, { ref: false })]),
    [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
  };
}
