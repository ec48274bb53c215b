import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';
import { rowProperties } from '@takaro/tenant-db';

export const Role = defineEntity({
  name: 'Role',
  tableName: 'role',
  schema: '*',
  properties: {
    ...rowProperties,
    name: p.text(),
    system: p.boolean(),
    linkedDiscordRoleId: p.text().nullable(),
  },
});
export type RoleRow = InferEntity<typeof Role>;
