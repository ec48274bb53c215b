import type { Caller } from '@takaro/bus';
import type { Tx } from '@takaro/tenant-db';
import { statusEvent } from './game-server-event.ts';
import { findGameServer } from './game-server.repository.ts';
import type { Parts } from './parts.ts';
import { forgetPlayersOffline, schedulePlayersOffline } from './players-offline.ts';

export interface Status {
  readonly reachable: boolean;
  readonly details?: string | undefined;
  /** When it came to be so. @default now */
  readonly at?: Date | undefined;
}

type Teller = Pick<Caller, 'domainId' | 'claims'>;

/**
 * Tells `server-status-changed` only where it changes something. Players of a server that stays away are offline after a while.
 * @throws ServiceError GAMESERVER_NOT_FOUND
 */
export async function changeReachableIn(
  tx: Tx,
  { context: { clock, limits } }: Parts,
  { gameServerId, teller }: { readonly gameServerId: string; readonly teller: Teller },
  { reachable, details, at = new Date(clock.now()) }: Status,
): Promise<void> {
  const changed = await tx.sql(
    `update {schema}."gameServer" set "reachable" = $2, "updatedAt" = now()
     where "id" = $1 and "deletedAt" is null and "reachable" <> $2 returning "id"`,
    [gameServerId, reachable],
  );
  if (changed.length === 0) return void (await findGameServer(tx.em, gameServerId));
  await tx.tell(statusEvent(teller, gameServerId, { reachable, details, at }));
  if (reachable) await forgetPlayersOffline(tx, gameServerId);
  else await schedulePlayersOffline(tx, gameServerId, { at, afterMs: limits.playersOfflineAfterMs });
}

export const changeReachable = (parts: Parts, caller: Caller, gameServerId: string, status: Status): Promise<void> =>
  parts.db.transaction(caller.domainId, (tx) => changeReachableIn(tx, parts, { gameServerId, teller: caller }, status));
