import { ServiceError } from '@takaro/contracts/errors';
import { isDomainId } from '@takaro/contracts/subjects';
import type { DomainState } from '@takaro/contracts/tenancy/shapes';
import { domainOfApiToken } from './api-token.ts';
import { tokenHash } from './secrets.ts';
import type { Tenancy } from './tenancy.ts';

/** Who it is, as a user of one domain. */
export interface SignedIn {
  readonly domainId: string;
  readonly userId: string;
  readonly domainState: DomainState;
  /** By which they came, and the most that it may do; null: all that the user may. */
  readonly apiToken?: { readonly id: string; readonly permissions: readonly string[] | null };
}

type Parts = Pick<Tenancy, 'db' | 'clock'>;

/** The token says which domain and user. @throws ServiceError TOKEN_REFUSED whatever is wrong with it */
export async function signedInByApiToken({ db, clock }: Parts, token: string): Promise<SignedIn> {
  const domainId = domainOfApiToken(token);
  const domainState = isDomainId(domainId) ? await stateOf(db, domainId) : null;
  if (domainState === null) throw new ServiceError('TOKEN_REFUSED');
  const [row] = await db.sql<{ id: string; userId: string; permissions: string[] | null }>(
    domainId,
    'SELECT "id", "userId", "permissions" FROM {schema}."apiToken" WHERE "tokenHash" = $1 AND ("expiresAt" IS NULL OR "expiresAt" > $2)',
    [tokenHash(token), new Date(clock.now())],
  );
  if (!row) throw new ServiceError('TOKEN_REFUSED');
  const { id, userId, permissions } = row;
  return { domainId, userId, domainState, apiToken: { id, permissions } };
}

async function stateOf(db: Tenancy['db'], domainId: string): Promise<DomainState | null> {
  const [row] = await db.platformSql<{ state: DomainState }>(
    `SELECT "state" FROM {platform}."domain" WHERE "id" = $1 AND "provisioningStep" = 'READY'`,
    [domainId],
  );
  return row?.state ?? null;
}

/**
 * The hinted domain where it is ACTIVE, else the identity's first ACTIVE one, else what there is.
 * @throws ServiceError UNAUTHENTICATED unknown or expired session, or not a user of the hinted domain
 * @throws ServiceError DOMAIN_HINT_UNKNOWN
 */
export async function signedInBySession({ db, clock }: Parts, session: string, hint: string | undefined): Promise<SignedIn> {
  const memberships = await db.platformSql<SignedIn>(
    `SELECT m."domainId", m."userId", d."state" AS "domainState"
       FROM {platform}."session" s
       JOIN {platform}."membership" m ON m."identityId" = s."identityId" AND m."domainId" = ANY(s."domainIds")
       JOIN {platform}."domain" d ON d."id" = m."domainId" AND d."provisioningStep" = 'READY'
      WHERE s."tokenHash" = $1 AND s."expiresAt" > $2
      ORDER BY m."createdAt", m."domainId"`,
    [tokenHash(session), new Date(clock.now())],
  );
  const [first] = memberships;
  if (!first) throw new ServiceError('UNAUTHENTICATED');
  const hinted = memberships.find(({ domainId }) => domainId === hint);
  if (hint !== undefined && !hinted) throw new ServiceError((await stateOf(db, hint)) === null ? 'DOMAIN_HINT_UNKNOWN' : 'UNAUTHENTICATED');
  if (hinted?.domainState === 'ACTIVE') return hinted;
  return memberships.find(({ domainState }) => domainState === 'ACTIVE') ?? hinted ?? first;
}
