import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Strict } from '../shapes.ts';
import { PlayerOnGameServerOutput, PlayerSnapshot } from './shapes.ts';

/** The player that the user who asks is linked to. */
export const getMyPlayer = request({
  service: 'players',
  operation: 'get-my-player',
  permission: [],
  rest: { method: 'GET', path: '/player/me', id: 'PlayerController_getMe' },
  input: Strict({}),
  output: Type.Object({ player: PlayerSnapshot, pogs: Type.Array(PlayerOnGameServerOutput) }),
  errors: ['PLAYER_NOT_FOUND'],
});
