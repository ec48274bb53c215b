import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';
import type { ApiTokenOutput } from '@takaro/contracts/tenancy/api-tokens';
import { rowProperties } from '@takaro/tenant-db';

/** Without the hash of the token: what is not read cannot be shown. */
export const ApiToken = defineEntity({
  name: 'ApiToken',
  tableName: 'apiToken',
  schema: '*',
  properties: {
    ...rowProperties,
    name: p.text(),
    userId: p.uuid(),
    permissions: p.array().columnType('text[]').nullable(),
    expiresAt: p.datetime().columnType('timestamptz(3)').nullable(),
  },
});
export type ApiTokenRow = InferEntity<typeof ApiToken>;

export const showApiToken = (row: ApiTokenRow): ApiTokenOutput => ({
  name: row.name,
  userId: row.userId,
  permissions: row.permissions ?? null,
  expiresAt: row.expiresAt?.toISOString() ?? null,
  id: row.id,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
