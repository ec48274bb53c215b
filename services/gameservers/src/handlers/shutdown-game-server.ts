import type { Handler } from '@takaro/bus';
import { ACTIONS } from '@takaro/contracts/gameservers/actions';
import type { shutdownGameServer } from '@takaro/contracts/gameservers/game-actions';
import type { Parts } from '../parts.ts';

export const handleShutdownGameServer =
  ({ askGame }: Parts): Handler<typeof shutdownGameServer> =>
  async ({ id }, { domainId }) => {
    await askGame({ domainId, gameServerId: id }, ACTIONS.shutdown, {});
    return {};
  };
