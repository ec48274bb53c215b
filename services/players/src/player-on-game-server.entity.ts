import { defineEntity, p } from '@mikro-orm/postgresql';
import { rowProperties } from '@takaro/tenant-db';

/** What searches filter and sort players on game servers by. Not the inventory: lists have no order, and no index holds long ones. */
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
    lastSeen: p.datetime().columnType('timestamptz(3)'),
    playtimeSeconds: p.integer(),
  },
});
