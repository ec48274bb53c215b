import { roleRemoved } from '@takaro/contracts/tenancy/events';
import type { ServiceContext } from '@takaro/process';
import type { TenantDb, Tx } from '@takaro/tenant-db';
import { type Rounds, startRounds } from './rounds.ts';
import type { Tenancy } from './tenancy.ts';
import { eventOf } from './told.ts';

/** What is due when the assignment of a role to a user expires; its key is the id of the assignment. */
export const USER_ROLE_EXPIRY = 'user-role-expiry';

const LOOK_EVERY_MS = 2_000;

type Parts = Pick<Tenancy, 'db' | 'clock'>;

/** Removes assignments whose time is over and tells it. Reading ignores them from that moment on, so being late harms nothing. */
export const startUserRoleExpiry = ({ db, clock, log }: Parts & { readonly log: ServiceContext['log'] }): Rounds =>
  startRounds({
    round: async () => {
      const options = { kind: USER_ROLE_EXPIRY, now: new Date(clock.now()), limit: 100 };
      const { failed } = await db.takeDue(options, ({ key }, tx) => removeExpired(tx, clock, { column: 'id', ids: [key] }));
      return failed === 0;
    },
    retryDelaysMs: [LOOK_EVERY_MS],
    idleMs: LOOK_EVERY_MS,
    log,
  });

/** The same for users that are about to be read, so that nobody sees what is over and its removal is told before. */
export async function removeExpiredRoles({ db, clock }: Parts, domainId: string, userIds: readonly string[]): Promise<void> {
  if (!(await hasExpired(db, domainId, userIds, clock.now()))) return;
  await db.transaction(domainId, (tx) => removeExpired(tx, clock, { column: 'userId', ids: userIds }));
}

async function hasExpired(db: TenantDb, domainId: string, userIds: readonly string[], now: number): Promise<boolean> {
  const [expired] = await db.sql(domainId, 'SELECT FROM {schema}."userRole" WHERE "userId" = ANY($1) AND "expiresAt" <= $2 LIMIT 1', [
    userIds,
    new Date(now),
  ]);
  return expired !== undefined;
}

interface Which {
  readonly column: 'id' | 'userId';
  readonly ids: readonly string[];
}

interface Removed {
  readonly id: string;
  readonly userId: string;
  readonly roleId: string;
  readonly name: string;
}

/** The expired ones among these assignments, or among those of these users. */
async function removeExpired(tx: Tx, clock: Tenancy['clock'], { column, ids }: Which): Promise<void> {
  const removed = await tx.sql<Removed>(
    `DELETE FROM {schema}."userRole" ur USING {schema}."role" r
      WHERE ur."${column}" = ANY($1) AND ur."expiresAt" <= $2 AND r."id" = ur."roleId"
      RETURNING ur."id", ur."userId", ur."roleId", r."name"`,
    [ids, new Date(clock.now())],
  );
  for (const { id, userId, roleId, name } of removed) {
    await tx.unschedule(USER_ROLE_EXPIRY, id);
    await tx.tell(eventOf(roleRemoved, { role: { id: roleId, name } }, { domainId: tx.domainId, clock, userId }));
  }
}
