import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import type { createApiToken } from '@takaro/contracts/tenancy/api-tokens';
import type { TokenClaims } from '@takaro/contracts/token';
import type { TenantDb, Tx } from '@takaro/tenant-db';
import { type ApiTokenRow, showApiToken } from '../api-token.entity.ts';
import { newApiToken } from '../api-token.ts';
import { actorOf, audit } from '../audit.ts';
import { tokenHash } from '../secrets.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleCreateApiToken =
  ({ db, clock, limits }: Tenancy): Handler<typeof createApiToken> =>
  async ({ name, expiresAt, permissions }, caller) => {
    const { domainId, claims } = caller;
    if (claims?.kind !== 'user') throw new ServiceError('PERMISSION_DENIED');
    const at = new Date(clock.now());
    const wanted = expiresAt === undefined ? null : new Date(expiresAt);
    if (wanted && wanted <= at) throw new ServiceError('API_TOKEN_EXPIRED');
    if (permissions) await requireHeld(db, claims, permissions);
    const token = newApiToken(domainId);
    const row = await db.transaction(domainId, async ({ sql }) => {
      const parent = await parentOf(sql, claims, at);
      await sql('DELETE FROM {schema}."apiToken" WHERE "userId" = $1 AND "expiresAt" <= $2', [claims.subject, at]);
      await requireRoom(sql, claims.subject, limits.apiTokensPerUser);
      const [stored] = await sql<ApiTokenRow>(
        `INSERT INTO {schema}."apiToken" ("id", "userId", "tokenHash", "name", "madeByAdmin", "permissions", "expiresAt", "parentId")
         VALUES ($1, $2, $3, $4, false, $5, $6, $7) RETURNING *`,
        [
          newId(),
          claims.subject,
          tokenHash(token),
          name,
          permissions ?? parent?.permissions ?? null,
          earlier(wanted, parent?.expiresAt ?? null),
          parent?.id ?? null,
        ],
      );
      if (!stored) throw new Error('A token was stored and is not shown');
      await audit(sql, at, { action: 'api-token-created', ...actorOf(caller), domainId, subject: stored.id });
      return stored;
    });
    return { token, ...showApiToken(row) };
  };

const earlier = (one: Date | null, other: Date | null): Date | null => (one && other ? (one < other ? one : other) : (one ?? other));

/** The token that the caller came with; null for one with a session. */
async function parentOf(sql: Tx['sql'], { apiTokenId }: TokenClaims, at: Date): Promise<ApiTokenRow | null> {
  if (apiTokenId === undefined) return null;
  const [parent] = await sql<ApiTokenRow>(
    'SELECT * FROM {schema}."apiToken" WHERE "id" = $1 AND ("expiresAt" IS NULL OR "expiresAt" > $2) FOR KEY SHARE',
    [apiTokenId, at],
  );
  if (!parent) throw new ServiceError('TOKEN_REFUSED');
  return parent;
}

/** Who holds ROOT holds every permission that there is. */
async function requireHeld(db: TenantDb, { permissions: held, domainId }: TokenClaims, wanted: readonly string[]): Promise<void> {
  const known = held.includes('ROOT')
    ? (await db.sql<{ code: string }>(domainId, 'SELECT DISTINCT "code" FROM {schema}."permission"')).map(({ code }) => code)
    : held;
  const missing = wanted.find((code) => !known.includes(code));
  if (missing !== undefined) throw new ServiceError('PERMISSION_NOT_HELD', { params: { permission: missing } });
}

/** The user is locked, so that tokens made at once are counted too. */
async function requireRoom(sql: Tx['sql'], userId: string, most: number): Promise<void> {
  const [user] = await sql('SELECT FROM {schema}."user" WHERE "id" = $1 FOR UPDATE', [userId]);
  if (!user) throw new ServiceError('TOKEN_REFUSED');
  const [there] = await sql<{ count: string }>('SELECT count(*) FROM {schema}."apiToken" WHERE "userId" = $1 AND NOT "madeByAdmin"', [
    userId,
  ]);
  if (Number(there?.count) >= most) throw new ServiceError('API_TOKENS_LIMIT', { params: { most } });
}
