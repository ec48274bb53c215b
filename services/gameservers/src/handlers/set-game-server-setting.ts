import type { Handler } from '@takaro/bus';
import type { setGameServerSetting } from '@takaro/contracts/gameservers/internal';
import type { Parts } from '../parts.ts';

export const handleSetGameServerSetting =
  ({ settings }: Parts): Handler<typeof setGameServerSetting> =>
  (change, { domainId }) =>
    settings.store(domainId, change);
