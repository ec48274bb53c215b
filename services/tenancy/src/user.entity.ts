import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';
import type { UserOutput } from '@takaro/contracts/tenancy/shapes';
import { rowProperties } from '@takaro/tenant-db';

export const User = defineEntity({
  name: 'User',
  tableName: 'user',
  schema: '*',
  properties: {
    ...rowProperties,
    name: p.text(),
    email: p.text(),
    idpId: p.uuid(),
    discordId: p.text().nullable(),
    playerId: p.uuid().nullable(),
    isDashboardUser: p.boolean(),
    lastSeen: p.datetime().columnType('timestamptz(3)'),
  },
});
export type UserRow = InferEntity<typeof User>;

export const showUser = (row: UserRow): UserOutput => ({
  name: row.name,
  email: row.email,
  idpId: row.idpId,
  discordId: row.discordId ?? null,
  lastSeen: row.lastSeen.toISOString(),
  playerId: row.playerId ?? null,
  isDashboardUser: row.isDashboardUser,
  id: row.id,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
