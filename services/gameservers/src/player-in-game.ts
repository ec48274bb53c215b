import { ServiceError } from '@takaro/contracts/errors';
import { getPlayerContext } from '@takaro/contracts/players/internal';
import type { Parts } from './parts.ts';

interface PlayerOnServer {
  readonly domainId: string;
  readonly gameServerId: string;
  readonly playerId: string;
}

/** The game's own id of a player. @throws ServiceError PLAYER_NOT_FOUND, POG_NOT_FOUND when they never were on this server */
export async function gameIdOf(
  { context: { bus }, directory }: Parts,
  { domainId, gameServerId, playerId }: PlayerOnServer,
): Promise<string> {
  await directory.checkUsable(domainId, gameServerId);
  const token = await bus.serviceToken(domainId);
  const { pog } = await bus.call(getPlayerContext, { playerId, gameServerId }, { domainId, token });
  if (!pog) throw new ServiceError('POG_NOT_FOUND');
  return pog.gameId;
}
