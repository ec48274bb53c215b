import { ACTIONS } from '@takaro/contracts/gameservers/actions';
import { getGamesOfPlayer } from '@takaro/contracts/players/in-games';
import type { Parts } from '../parts.ts';
import type { Ban } from './ban.entity.ts';

/** Whom, and where; no game server stands for all on which the player was ever seen. */
type Whom = Pick<Ban, 'playerId' | 'gameServerId'>;

/** Lets the games know of a ban, as far as they can be asked now. What one does not learn it learns with the next `syncBans`. */
export async function enforce(parts: Parts, domainId: string, ban: Ban): Promise<void> {
  await everywhere(parts, domainId, ban, ({ gameServerId, gameId }) =>
    parts.askGame({ domainId, gameServerId }, ACTIONS.banPlayer, banArgs(gameId, ban)),
  );
}

export const banArgs = (gameId: string, { reason, until }: Pick<Ban, 'reason' | 'until'>) => ({
  gameId,
  reason: reason ?? '',
  ...(until && { expiresAt: until.toISOString() }),
});

/** Lets the games know that a ban is over, but for those where another of the player still holds. */
export async function lift(parts: Parts, domainId: string, ban: Whom): Promise<void> {
  const others = await parts.db.sql<Pick<Ban, 'gameServerId'>>(
    domainId,
    'select "gameServerId" from {schema}."ban" where "playerId" = $1',
    [ban.playerId],
  );
  if (others.some(({ gameServerId }) => gameServerId === null)) return;
  await everywhere(parts, domainId, ban, async ({ gameServerId, gameId }) => {
    if (others.some((other) => other.gameServerId === gameServerId)) return;
    await parts.askGame({ domainId, gameServerId }, ACTIONS.unbanPlayer, { gameId });
  });
}

interface InGame {
  readonly gameServerId: string;
  readonly gameId: string;
}

/** A game that does not do it is noted and no reason to fail: the ban holds all the same. */
async function everywhere(
  { context: { bus, log } }: Parts,
  domainId: string,
  { playerId, gameServerId }: Whom,
  work: (game: InGame) => Promise<unknown>,
): Promise<void> {
  try {
    const known = await bus.call(getGamesOfPlayer, { playerId }, { domainId, token: await bus.serviceToken(domainId) });
    const games = known.filter((game) => !gameServerId || game.gameServerId === gameServerId);
    const done = await Promise.allSettled(games.map(work));
    const failures = done.filter((result) => result.status === 'rejected');
    if (failures.length > 0)
      log.info({ domainId, failed: failures.length, of: games.length, err: failures[0]?.reason }, 'games not told of a ban');
  } catch (error) {
    log.warn({ domainId, err: error }, 'no game was told of a ban');
  }
}
