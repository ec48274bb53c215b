import type { Handler } from '@takaro/bus';
import type { getGameServerTypes } from '@takaro/contracts/gameservers/game-servers';
import { GAME_SERVER_TYPES } from '@takaro/contracts/gameservers/shapes';
import { CONNECTION_INFO } from '../connection-info.ts';

export const handleGetGameServerTypes = (): Handler<typeof getGameServerTypes> => async () =>
  GAME_SERVER_TYPES.map((type) => ({ type, connectionInfoSchema: JSON.stringify(CONNECTION_INFO[type]) }));
