import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { ServiceError } from '@takaro/contracts/errors';
import type { Limits } from '@takaro/contracts/limits';
import { platformSchema, type TenantDb } from '@takaro/tenant-db';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';

/** Who tries to sign in, and from where. */
export interface Attempt {
  readonly username: string;
  /** Those whose address nobody told count together. */
  readonly address: string | undefined;
}

/** Counts sign-ins that failed, under one name and from one address, for all copies of this service together. */
export interface SignInFailures {
  /** @throws ServiceError TOO_MANY_SIGN_INS */
  check(attempt: Attempt): Promise<void>;
  add(attempt: Attempt): Promise<void>;
  /** The person is there: what failed under the name before does not count any more. */
  forgive(attempt: Attempt): Promise<void>;
  /** Takes away what does not count any more. */
  sweep(): Promise<void>;
}

type FailureLimits = Pick<Limits, 'signInFailuresPerAccount' | 'signInFailuresPerAddress' | 'signInWindowS'>;

export function createSignInFailures(db: TenantDb, limits: FailureLimits): SignInFailures {
  const limiterOf = (keyPrefix: string, points: number): RateLimiterPostgres =>
    new RateLimiterPostgres({
      storeClient: storeIn(db),
      storeType: 'client',
      schemaName: platformSchema('tenancy'),
      tableName: 'signInFailure',
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix,
      points,
      duration: limits.signInWindowS,
    });
  const account = limiterOf('account', limits.signInFailuresPerAccount);
  const address = limiterOf('address', limits.signInFailuresPerAddress);
  return {
    check: async (attempt) => {
      await Promise.all([requireRoom(account, accountKey(attempt)), requireRoom(address, addressKey(attempt))]);
    },
    add: async (attempt) => {
      await Promise.all([count(account, accountKey(attempt)), count(address, addressKey(attempt))]);
    },
    forgive: async (attempt) => {
      if ((await account.get(accountKey(attempt))) !== null) await account.delete(accountKey(attempt));
    },
    sweep: async () => {
      await db.platformSql('DELETE FROM {platform}."signInFailure" WHERE "expire" < $1', [Date.now()]);
    },
  };
}

/** What the limiter needs of a connection. */
const storeIn = (db: TenantDb) => ({
  query: async ({ text, values }: { readonly text: string; readonly values: readonly unknown[] }) => {
    const rows = await db.platformSql(text, values);
    return { rows, rowCount: rows.length };
  },
});

async function requireRoom(limiter: RateLimiterPostgres, key: string): Promise<void> {
  const known = await limiter.get(key);
  if (known === null || known.consumedPoints < limiter.points) return;
  throw new ServiceError('TOO_MANY_SIGN_INS', { params: { retryAfterS: Math.ceil(known.msBeforeNext / 1_000) } });
}

async function count(limiter: RateLimiterPostgres, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    // Thrown where it is over the limit by now: that is for the next one to hear.
    if (!(error instanceof RateLimiterRes)) throw error;
  }
}

/** What was typed as a name may be a password, so it is not stored. */
const accountKey = ({ username }: Attempt): string => createHash('sha256').update(username.toLowerCase()).digest('base64url');

/** A customer of a provider has a whole /64 of IPv6 to come from. */
export function addressKey({ address = 'unknown' }: Pick<Attempt, 'address'>): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const before = head.split(':').filter((part) => part !== '');
  const after = (tail ?? '').split(':').filter((part) => part !== '');
  const missing = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
