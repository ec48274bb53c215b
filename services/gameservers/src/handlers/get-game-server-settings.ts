import type { Handler } from '@takaro/bus';
import type { getGameServerSettings } from '@takaro/contracts/gameservers/internal';
import type { Parts } from '../parts.ts';

export const handleGetGameServerSettings =
  ({ settings }: Parts): Handler<typeof getGameServerSettings> =>
  ({ gameServerId }, { domainId }) =>
    settings.stored(domainId, gameServerId);
