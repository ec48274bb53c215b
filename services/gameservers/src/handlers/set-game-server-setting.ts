import type { Handler } from '@takaro/bus';
import type { setGameServerSetting } from '@takaro/contracts/gameservers/internal';
import type { Parts } from '../parts.ts';

export const handleSetGameServerSetting =
  ({ settings }: Parts): Handler<typeof setGameServerSetting> =>
  ({ gameServerId, key, value }, { domainId }) =>
    settings.store(domainId, gameServerId, { key, value });
