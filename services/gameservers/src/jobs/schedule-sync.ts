import { SYNC_JOBS } from '@takaro/contracts/gameservers/jobs';
import type { DueItem, Tx } from '@takaro/tenant-db';
import { addJob } from './jobs.repository.ts';

export const SYNC = 'sync';

/** A game server that was just made or came back gets so long to settle. */
const SETTLE_MS = 1_000;
const EVERY_MS = 3_600_000;

/** Has items, entities and bans read soon, and hourly from then on. */
export const scheduleSync = (tx: Tx, gameServerId: string, now: Date): Promise<void> =>
  tx.schedule({ kind: SYNC, key: gameServerId, dueAt: new Date(now.getTime() + SETTLE_MS) });

/** For one that has connected: not where it was read within the hour, as after a connection that broke. */
export async function scheduleSyncOnConnect(tx: Tx, gameServerId: string, now: Date): Promise<void> {
  const lately = await tx.sql(
    `select from {schema}."job" where "gameServerId" = $1 and "type" = $2 and "status" = 'completed'
       and "updatedAt" > now() - interval '1 hour' limit 1`,
    [gameServerId, SYNC_JOBS[0]],
  );
  if (lately.length === 0) await scheduleSync(tx, gameServerId, now);
}

/** What is done when the time has come: a job of each kind, and the next time. One that is away gets none until it is back. */
export async function queueSync(tx: Tx, { key: gameServerId }: DueItem, now: Date): Promise<void> {
  const [server] = await tx.sql<{ canBeAsked: boolean }>(
    `select "reachable" and "enabled" as "canBeAsked" from {schema}."gameServer" where "id" = $1 and "deletedAt" is null`,
    [gameServerId],
  );
  if (!server) return;
  if (server.canBeAsked) for (const type of SYNC_JOBS) await addJob(tx, { type, gameServerId }, now);
  await tx.schedule({ kind: SYNC, key: gameServerId, dueAt: new Date(now.getTime() + EVERY_MS) });
}
