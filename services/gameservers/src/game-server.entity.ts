import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';
import type { GameServerType } from '@takaro/contracts/gameservers/shapes';
import { rowProperties } from '@takaro/tenant-db';

export const GameServer = defineEntity({
  name: 'GameServer',
  tableName: 'gameServer',
  schema: '*',
  properties: {
    ...rowProperties,
    name: p.text(),
    type: p.text().$type<GameServerType>(),
    /** Secret fields are sealed; see `vault.ts`. */
    connectionInfo: p.json().$type<Record<string, unknown>>(),
    reachable: p.boolean(),
    enabled: p.boolean(),
    identityToken: p.text().nullable(),
    deletedAt: p.datetime().columnType('timestamptz(3)').nullable(),
  },
});
export type GameServer = InferEntity<typeof GameServer>;
