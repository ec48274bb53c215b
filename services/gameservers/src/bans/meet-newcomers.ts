import { listen } from '@takaro/bus';
import type { Parts } from '../parts.ts';
import type { Ban } from './ban.entity.ts';
import { enforce } from './live-bans.ts';

/**
 * Who is seen for the first time on a game server and is banned everywhere is banned there, at once. Each copy of the service hears of it
 * and tells the game, which changes nothing; what none heard of comes with the next `syncBans`.
 */
export const startMeetingNewcomers = (parts: Parts): AsyncDisposable =>
  listen(parts.context.bus, ['player-created'], ({ domainId, gameServerId, playerId }) => {
    if (gameServerId !== null && playerId !== null) void meet(parts, domainId, { gameServerId, playerId });
  });

async function meet(
  parts: Parts,
  domainId: string,
  { gameServerId, playerId }: Record<'gameServerId' | 'playerId', string>,
): Promise<void> {
  try {
    const [ban] = await parts.db.sql<Ban>(domainId, 'select * from {schema}."ban" where "playerId" = $1 and "gameServerId" is null', [
      playerId,
    ]);
    if (ban) await enforce(parts, domainId, { ...ban, gameServerId });
  } catch (error) {
    parts.context.log.warn({ domainId, err: error }, 'it is not known whether a newcomer is banned');
  }
}
