import type { Handler } from '@takaro/bus';
import { ACTIONS } from '@takaro/contracts/gameservers/actions';
import type { listBans } from '@takaro/contracts/gameservers/game-actions';
import type { Parts } from '../parts.ts';

export const handleListBans =
  ({ askGame }: Parts): Handler<typeof listBans> =>
  ({ id }, { domainId }) =>
    askGame({ domainId, gameServerId: id }, ACTIONS.listBans, {});
