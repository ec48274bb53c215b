import type { Handler } from '@takaro/bus';
import type { testConnection } from '@takaro/contracts/gameservers/game-servers';
import type { GameServerType } from '@takaro/contracts/gameservers/shapes';
import { readConnectionInfo } from '../connection-info.ts';

/** Nobody dials out to a game server: each is reached by a connector of its own, which calls us. */
const REASONS: Readonly<Record<GameServerType, string>> = {
  GENERIC: 'A GENERIC game server connects to Takaro by itself once it is set up',
  MOCK: 'A MOCK game server connects to Takaro by itself once it is started',
  RUST: 'A RUST game server needs a connector that connects to Takaro; none did by these details',
  SEVENDAYSTODIE: 'A SEVENDAYSTODIE game server needs a connector that connects to Takaro; none did by these details',
};

export const handleTestConnection =
  (): Handler<typeof testConnection> =>
  async ({ type, connectionInfo }) => {
    readConnectionInfo(type, connectionInfo);
    return { connectable: false, reason: REASONS[type] };
  };
