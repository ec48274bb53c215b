import type { Handler } from '@takaro/bus';
import { ACTIONS } from '@takaro/contracts/gameservers/actions';
import type { getPlayersOnline } from '@takaro/contracts/gameservers/game-actions';
import type { Parts } from '../parts.ts';

export const handleGetPlayersOnline =
  ({ askGame }: Parts): Handler<typeof getPlayersOnline> =>
  ({ id }, { domainId }) =>
    askGame({ domainId, gameServerId: id }, ACTIONS.getPlayers, {});
