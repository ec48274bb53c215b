import type { TenantDb, Tx } from '@takaro/tenant-db';
import type { Logger } from 'pino';
import type { DomainRoles } from './domain-roles.ts';
import { plainEvent } from './events.ts';
import { touchPlayer } from './players.repository.ts';

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

async function expire({ roles, now }: RoleExpiryParts, tx: Tx, assignmentId: string): Promise<void> {
  const [removed] = await tx.sql<{ playerId: string; roleId: string; gameServerId: string | null }>(
    `delete from {schema}."playerRole" where "id" = $1 and "expiresAt" <= $2 returning "playerId", "roleId", "gameServerId"`,
    [assignmentId, new Date(now())],
  );
  if (!removed) return;
  const { playerId, roleId, gameServerId } = removed;
  await touchPlayer(tx.sql, playerId);
  const role = (await roles.of(tx.domainId)).byId.get(roleId);
  const event = plainEvent(tx.domainId, 'role-removed', now(), { role: { id: roleId, name: role?.name ?? '' } });
  await tx.tell({ ...event, playerId, gameServerId });
}
