import type { TenantDb, Tx } from '@takaro/tenant-db';
import type { Logger } from 'pino';
import type { DomainRoles } from './domain-roles.ts';
import { plainEvent } from './events.ts';
import type { Parts } from './parts.ts';
import { touchPlayer } from './players.repository.ts';
import { type Holdings, isOver } from './snapshots.ts';

export const ROLE_EXPIRY = 'player-role-expiry';

const LOOK_EVERY_MS = 2_000;

interface RoleExpiryParts {
  readonly db: TenantDb;
  readonly log: Logger;
  readonly roles: DomainRoles;
  readonly now: () => number;
}

/** Removes assignments whose time is over and tells it. Reading ignores them from the moment on, so being late harms nothing. */
export function startRoleExpiry(parts: RoleExpiryParts): AsyncDisposable {
  const stop = new AbortController();
  let looking = Promise.resolve();
  const look = async (): Promise<void> => {
    try {
      await parts.db.takeDue({ kind: ROLE_EXPIRY, now: new Date(parts.now()), limit: 100 }, ({ key }, tx) => expire(parts, tx, key));
    } catch (error) {
      parts.log.warn({ err: error }, 'expired roles were not looked for');
    }
    if (!stop.signal.aborted) timer = setTimeout(begin, LOOK_EVERY_MS);
  };
  const begin = (): void => {
    looking = look();
  };
  let timer = setTimeout(begin, LOOK_EVERY_MS);
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      clearTimeout(timer);
      await looking;
    },
  };
}

/** What a read found to be over is removed and told before it is answered. It was left out of the answer already. */
export async function expireFound(parts: Parts, domainId: string, { assignments, now }: Holdings): Promise<void> {
  const over = assignments.filter((assignment) => isOver(assignment, now));
  if (over.length === 0) return;
  await parts.db.transaction(domainId, async (tx) => {
    // What is due for them finds nothing and ends by itself.
    for (const { id } of over.toSorted((a, b) => a.playerId.localeCompare(b.playerId))) await expire(parts, tx, id);
  });
}

async function expire({ roles, now }: Pick<RoleExpiryParts, 'roles' | 'now'>, tx: Tx, assignmentId: string): Promise<void> {
  const [found] = await tx.sql<{ playerId: string }>(`select "playerId" from {schema}."playerRole" where "id" = $1`, [assignmentId]);
  if (!found) return;
  const { playerId } = found;
  // Locked before the assignment, as assigning and removing do.
  await touchPlayer(tx.sql, playerId);
  const [removed] = await tx.sql<{ roleId: string; gameServerId: string | null }>(
    `delete from {schema}."playerRole" where "id" = $1 and "expiresAt" <= $2 returning "roleId", "gameServerId"`,
    [assignmentId, new Date(now())],
  );
  if (!removed) return;
  const { roleId, gameServerId } = removed;
  const role = (await roles.of(tx.domainId)).byId.get(roleId);
  const event = plainEvent(tx.domainId, 'role-removed', now(), { role: { id: roleId, name: role?.name ?? '' } });
  await tx.tell({ ...event, playerId, gameServerId });
}
