import type { GamePlayer } from '@takaro/contracts/gameservers/actions';
import type { PlayerOnGameServerSnapshot, PlayerSnapshot } from '@takaro/contracts/players/shapes';

/** A player as games name them. */
export const gamePlayerOf = (player: PlayerSnapshot, { gameId, ip, ping }: PlayerOnGameServerSnapshot): GamePlayer => ({
  gameId,
  name: player.name,
  ...(player.steamId && { steamId: player.steamId }),
  ...(player.epicOnlineServicesId && { epicOnlineServicesId: player.epicOnlineServicesId }),
  ...(player.xboxLiveId && { xboxLiveId: player.xboxLiveId }),
  ...(player.platformId && { platformId: player.platformId }),
  ...(ip && { ip }),
  ...(ping !== null && { ping }),
});
