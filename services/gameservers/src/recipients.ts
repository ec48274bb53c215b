import { listen } from '@takaro/bus';
import type { GamePlayer } from '@takaro/contracts/gameservers/actions';
import { getGamePlayer } from '@takaro/contracts/players/in-games';
import type { ServiceContext } from '@takaro/process';
import { LRUCache } from 'lru-cache';

/** How long a change that was not heard may stay unseen. */
const BELIEVED_MS = 2_000;
/** A message waits no longer than this for a name. */
const PATIENCE_MS = 500;
const CHANGES = ['player-created', 'player-new-name-detected', 'player-deleted'];

/** Whom a game means by an id of its own. */
export interface Recipients extends AsyncDisposable {
  /** Null where it is nobody who was ever seen there, or players does not answer soon: no message fails for a name. */
  find(domainId: string, gameServerId: string, gameId: string): Promise<GamePlayer | null>;
}

/** Null: not known, or not to be found out soon. */
interface Known {
  readonly player: GamePlayer | null;
}

export function openRecipients({ bus, log }: Pick<ServiceContext, 'bus' | 'log'>): Recipients {
  const known = new LRUCache<string, Known>({ max: 10_000, ttl: BELIEVED_MS });
  const looking = new Map<string, Promise<Known>>();
  const listening = listen(bus, CHANGES, ({ domainId }) => {
    for (const key of known.keys()) if (key.startsWith(`${domainId}/`)) known.delete(key);
  });

  async function ask(domainId: string, input: { gameServerId: string; gameId: string }): Promise<Known> {
    try {
      return { player: await bus.call(getGamePlayer, input, { domainId, token: await bus.serviceToken(domainId) }) };
    } catch (error) {
      log.debug({ domainId, gameServerId: input.gameServerId, err: error }, 'a recipient was not looked up');
      return { player: null };
    }
  }

  async function look(key: string, asked: Promise<Known>): Promise<Known> {
    const { promise: outOfPatience, resolve } = Promise.withResolvers<Known>();
    const timer = setTimeout(() => resolve({ player: null }), PATIENCE_MS);
    const found = await Promise.race([asked, outOfPatience]);
    clearTimeout(timer);
    known.set(key, found);
    looking.delete(key);
    return found;
  }

  return {
    /** Who asks for somebody who is being looked up waits for the same answer. */
    async find(domainId, gameServerId, gameId) {
      const key = `${domainId}/${gameServerId}/${gameId}`;
      const found = known.get(key);
      if (found) return found.player;
      const lookup = looking.get(key) ?? look(key, ask(domainId, { gameServerId, gameId }));
      looking.set(key, lookup);
      return (await lookup).player;
    },
    [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
  };
}
