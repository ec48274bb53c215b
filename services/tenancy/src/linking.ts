import { ServiceError } from '@takaro/contracts/errors';
import { findIdentity, type Identity, newIdentity } from './identity.repository.ts';
import { tokenHash } from './secrets.ts';
import type { Tenancy } from './tenancy.ts';

interface Given {
  readonly codeHash: Buffer;
  readonly email: string;
  /** Where a session may stand. */
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
}

interface Session {
  readonly id: string;
  readonly identityId: string;
  /** What it opens. */
  readonly domainIds: readonly string[];
}

/** Who wants to be whom: what a code and an e-mail address lead to. */
export interface Linking {
  readonly domainId: string;
  /** Of the address; a fresh one where nobody has it. */
  readonly identity: Identity;
  readonly isKnown: boolean;
  /** Whether the identity is a user of the domain already. */
  readonly isMember: boolean;
  readonly session: Session | undefined;
}

type Parts = Pick<Tenancy, 'db' | 'clock'>;

/** @throws ServiceError LINK_CODE_UNKNOWN */
export async function findLinking(parts: Parts, { codeHash, email, ...credentials }: Given): Promise<Linking> {
  const { db, clock } = parts;
  const [link] = await db.platformSql<{ domainId: string }>(
    `SELECT l."domainId" FROM {platform}."playerLink" l JOIN {platform}."domain" d ON d."id" = l."domainId" AND d."provisioningStep" = 'READY'
      WHERE l."codeHash" = $1 AND l."expiresAt" > $2`,
    [codeHash, new Date(clock.now())],
  );
  if (!link) throw new ServiceError('LINK_CODE_UNKNOWN');
  const known = await findIdentity(db, email);
  const identity = known ?? newIdentity();
  const members = await db.platformSql('SELECT FROM {platform}."membership" WHERE "identityId" = $1 AND "domainId" = $2', [
    identity.id,
    link.domainId,
  ]);
  return {
    domainId: link.domainId,
    identity,
    isKnown: known !== undefined,
    isMember: members.length > 0,
    session: await sessionOf(parts, credentials),
  };
}

/**
 * Who is signed in links themselves, and a user of the domain only by a session that opens it: a password that another domain's admin
 * set says nothing here. Who is not signed in must not be known. @throws ServiceError LINK_EMAIL_FOREIGN
 */
export function requireOwnEmail({ domainId, identity, isKnown, isMember, session }: Linking): void {
  const isOwn = session ? session.identityId === identity.id : !isKnown;
  const isOpen = !isMember || (session?.domainIds.includes(domainId) ?? false);
  if (!isOwn || !isOpen) throw new ServiceError('LINK_EMAIL_FOREIGN');
}

/** One that is over, or nobody's, is as good as none. */
async function sessionOf({ db, clock }: Parts, { authorization = '', cookie = '' }: Pick<Given, 'authorization' | 'cookie'>) {
  const token = /^Bearer (\S+)$/i.exec(authorization)?.[1] ?? /(?:^|;)\s*takaro-token=([^;\s]+)/.exec(cookie)?.[1];
  if (token === undefined) return undefined;
  const [session] = await db.platformSql<Session>(
    'SELECT "id", "identityId", "domainIds" FROM {platform}."session" WHERE "tokenHash" = $1 AND "expiresAt" > $2',
    [tokenHash(token), new Date(clock.now())],
  );
  return session;
}
