import { LRUCache } from 'lru-cache';

/** Who was seen on one game server lately: for events that name a player by half. */
export interface KnownNames {
  nameOf(gameId: string): string | undefined;
  gameIdOf(name: string): string | undefined;
  remember(gameId: string, name: string): void;
}

const MOST = 1_000;

export function createKnownNames(): KnownNames {
  const names = new LRUCache<string, string>({ max: MOST });
  const gameIds = new LRUCache<string, string>({ max: MOST });
  return {
    nameOf: (gameId) => names.get(gameId),
    gameIdOf: (name) => gameIds.get(name),
    remember(gameId, name) {
      names.set(gameId, name);
      gameIds.set(name, gameId);
    },
  };
}
