import { defineEntity, p } from '@mikro-orm/postgresql';
import type { PlayerOnGameServerOutput } from '@takaro/contracts/players/shapes';
import { rowProperties } from '@takaro/tenant-db';

/** What searches read of a player on a game server. */
export const PogEntity = defineEntity({
  name: 'PlayerOnGameServer',
  tableName: 'playerOnGameServer',
  schema: '*',
  properties: {
    ...rowProperties,
    gameServerId: p.uuid(),
    playerId: p.uuid(),
    gameId: p.text(),
    positionX: p.double().nullable(),
    positionY: p.double().nullable(),
    positionZ: p.double().nullable(),
    dimension: p.text().nullable(),
    ip: p.text().nullable(),
    ping: p.double().nullable(),
    currency: p.integer(),
    online: p.boolean(),
    inventory: p.json<PlayerOnGameServerOutput['inventory']>(),
    lastSeen: p.datetime().columnType('timestamptz(3)'),
    playtimeSeconds: p.integer(),
  },
});
