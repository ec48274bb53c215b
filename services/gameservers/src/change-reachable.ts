import type { Caller } from '@takaro/bus';
import { statusEvent } from './game-server-event.ts';
import { findGameServer } from './game-server.repository.ts';
import type { Parts } from './parts.ts';

interface Status {
  readonly reachable: boolean;
  readonly details?: string | undefined;
}

/** Tells `server-status-changed` only where it changes something. @throws ServiceError GAMESERVER_NOT_FOUND */
export const changeReachable = (
  { context: { clock }, db }: Parts,
  caller: Caller,
  gameServerId: string,
  { reachable, details }: Status,
): Promise<void> =>
  db.transaction(caller.domainId, async (tx) => {
    const changed = await tx.sql(
      `update {schema}."gameServer" set "reachable" = $2, "updatedAt" = now()
       where "id" = $1 and "deletedAt" is null and "reachable" <> $2 returning "id"`,
      [gameServerId, reachable],
    );
    if (changed.length > 0) await tx.tell(statusEvent(caller, gameServerId, { reachable, details, at: new Date(clock.now()) }));
    else await findGameServer(tx.em, gameServerId);
  });
