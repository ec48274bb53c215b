import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';
import type { BanOutput } from '@takaro/contracts/gameservers/bans';
import { rowProperties } from '@takaro/tenant-db';

const instant = () => p.datetime().columnType('timestamptz(3)');

export const BanEntity = defineEntity({
  name: 'Ban',
  tableName: 'ban',
  schema: '*',
  properties: {
    ...rowProperties,
    /** Null: it is global. */
    gameServerId: p.uuid().nullable(),
    playerId: p.uuid(),
    takaroManaged: p.boolean(),
    isGlobal: p.boolean(),
    until: instant().nullable(),
    reason: p.text().nullable(),
  },
});
export type Ban = InferEntity<typeof BanEntity>;

export const banOutput = (ban: Ban): BanOutput => ({
  gameServerId: ban.gameServerId ?? null,
  playerId: ban.playerId,
  takaroManaged: ban.takaroManaged,
  isGlobal: ban.isGlobal,
  until: ban.until?.toISOString() ?? null,
  reason: ban.reason ?? null,
  id: ban.id,
  createdAt: ban.createdAt.toISOString(),
  updatedAt: ban.updatedAt.toISOString(),
});
