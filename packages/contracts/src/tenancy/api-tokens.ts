import { Type, type Static } from 'typebox';
import { request } from '../contract.ts';
import { Search } from '../search.ts';
import { Empty, Instant, Nullable, Page, rowColumns, Strict, Uuid } from '../shapes.ts';

/** A token of a user for programs, as `x-takaro-token`. What it is itself was shown once. */
const ApiTokenOutput = Type.Object({
  name: Type.String(),
  userId: Uuid,
  /** The most that it may do of what its user may. Null: all of it. */
  permissions: Nullable(Type.Array(Type.String())),
  expiresAt: Nullable(Instant),
  ...rowColumns,
});
export type ApiTokenOutput = Static<typeof ApiTokenOutput>;

/**
 * A token for the caller. One that is made by means of another may do no more than that one, ends with it at the latest, and is revoked
 * with it.
 */
export const createApiToken = request({
  service: 'tenancy',
  operation: 'create-api-token',
  permission: [],
  executions: 'refused',
  rest: { method: 'POST', path: '/api-token', id: 'ApiTokenController_create' },
  input: Strict({
    name: Type.String({ minLength: 1, maxLength: 100 }),
    /** Never where it is left out. */
    expiresAt: Type.Optional(Instant),
    /** All that the caller may where it is left out. */
    permissions: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 200 })),
  }),
  output: Type.Object({ token: Type.String(), ...ApiTokenOutput.properties }),
  errors: ['API_TOKEN_EXPIRED', 'PERMISSION_NOT_HELD', 'API_TOKENS_LIMIT'],
});

/** The caller's own; those of everybody for who may manage users. */
export const searchApiTokens = request({
  service: 'tenancy',
  operation: 'search-api-tokens',
  permission: [],
  executions: 'refused',
  rest: { method: 'POST', path: '/api-token/search', id: 'ApiTokenController_search' },
  input: Search({
    filters: { id: Uuid, name: Type.String(), userId: Uuid },
    search: ['name'],
    ranges: { expiresAt: Instant, createdAt: Instant, updatedAt: Instant },
  }),
  output: Page(ApiTokenOutput),
  errors: [],
  idempotent: true,
});

/** Bus tokens made of it live on for up to 60 s. */
export const revokeApiToken = request({
  service: 'tenancy',
  operation: 'revoke-api-token',
  permission: [],
  executions: 'refused',
  rest: { method: 'DELETE', path: '/api-token/:id', id: 'ApiTokenController_remove' },
  input: Strict({ id: Uuid }),
  output: Empty,
  errors: ['API_TOKEN_NOT_FOUND'],
});
