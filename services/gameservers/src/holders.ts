import { NoRespondersError, RequestError, TimeoutError } from '@nats-io/transport-node';
import type { Bus } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { HolderReply } from '@takaro/contracts/gameservers/actions';
import { actionSubject, PLATFORM } from '@takaro/contracts/subjects';
import { matches } from '@takaro/contracts/validate';
import { startTicker } from '@takaro/process';
import type { Tx } from '@takaro/tenant-db';
import { changeReachableIn } from './change-reachable.ts';
import type { Parts } from './parts.ts';

/** So often in a row a copy of connectors is not there before it counts as gone: its connection may be coming back. */
const MISSES = 3;
const ANSWER_MS = 2_000;
const AT_ONCE = 200;

export interface Held {
  readonly gameServerId: string;
  readonly connectorId: string;
}

/** Notes which copy of connectors has the socket. */
export const hold = (tx: Tx, { gameServerId, connectorId }: Held): Promise<unknown> =>
  tx.sql(
    `insert into {platform}."heldGameServer" ("gameServerId", "domainId", "connectorId") values ($1, $2, $3)
     on conflict ("gameServerId") do update set "domainId" = excluded."domainId", "connectorId" = excluded."connectorId"
     where "heldGameServer"."connectorId" <> excluded."connectorId"`,
    [gameServerId, tx.domainId, connectorId],
  );

/** False when another copy has it by now. */
export async function release(tx: Tx, { gameServerId, connectorId }: Held): Promise<boolean> {
  const [left] = await tx.sql<Held>(
    `with "gone" as (delete from {platform}."heldGameServer" where "gameServerId" = $1 and "connectorId" = $2)
     select "connectorId" from {platform}."heldGameServer" where "gameServerId" = $1 and "connectorId" <> $2`,
    [gameServerId, connectorId],
  );
  return left === undefined;
}

/** The game server is no more; whoever has a socket of it will drop it. */
export const forgetHolder = (tx: Tx, gameServerId: string): Promise<unknown> =>
  tx.sql(`delete from {platform}."heldGameServer" where "gameServerId" = $1`, [gameServerId]);

/** Looks whether the copies of connectors are there that have game servers, and says of those of a lost one that they are away. */
export function startHolderWatch(parts: Parts): AsyncDisposable {
  const { bus, limits, log } = parts.context;
  const misses = new Map<string, number>();
  const look = async (connectorId: string): Promise<void> => {
    if ((await answerTo(bus, actionSubject(PLATFORM, connectorId, 'alive'))) !== null) return void misses.delete(connectorId);
    const missed = (misses.get(connectorId) ?? 0) + 1;
    misses.set(connectorId, missed);
    if (missed < MISSES) return;
    log.warn({ connectorId }, 'a copy of connectors is gone');
    await releaseAll(parts, connectorId);
  };
  return startTicker({
    name: 'holder-watch',
    everyMs: limits.connectorCheckMs,
    log,
    tick: async () => {
      // Who cannot ask knows nothing.
      if (!bus.link.isUp) return;
      const holders = await parts.db.platformSql<Held>(`select distinct "connectorId" from {platform}."heldGameServer"`);
      const known = new Set(holders.map(({ connectorId }) => connectorId));
      for (const connectorId of misses.keys()) if (!known.has(connectorId)) misses.delete(connectorId);
      await Promise.all([...known].map(look));
    },
  });
}

/** What is answered; null when nobody is there or answers. @throws Error when nobody could be asked */
async function answerTo(bus: Bus, subject: string): Promise<unknown> {
  try {
    const reply = await bus.link.within(() => bus.nats.request(subject, '{}', { timeout: ANSWER_MS }));
    return reply.json<unknown>();
  } catch (error) {
    const isNobodyThere = error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders());
    if (isNobodyThere || error instanceof TimeoutError) return null;
    throw error;
  }
}

async function releaseAll(parts: Parts, connectorId: string): Promise<void> {
  for (;;) {
    const held = await parts.db.platformSql<{ gameServerId: string; domainId: string }>(
      `select "gameServerId", "domainId" from {platform}."heldGameServer" where "connectorId" = $1 limit ${AT_ONCE}`,
      [connectorId],
    );
    for (const { gameServerId, domainId } of held) await releaseLost(parts, domainId, { gameServerId, connectorId });
    if (held.length < AT_ONCE) return;
  }
}

async function releaseLost(parts: Parts, domainId: string, held: Held): Promise<void> {
  const { gameServerId } = held;
  const found = await answerTo(parts.context.bus, actionSubject(domainId, gameServerId, 'holder'));
  try {
    await parts.db.transaction(domainId, async (tx) => {
      if (matches<HolderReply>(HolderReply, found)) return void (await hold(tx, { gameServerId, connectorId: found.connectorId }));
      if (!(await release(tx, held))) return;
      const about = { gameServerId, teller: { domainId, claims: null } };
      await changeReachableIn(tx, parts, about, { reachable: false, details: 'connection lost' });
    });
  } catch (error) {
    const isGone = error instanceof ServiceError && (error.code === 'GAMESERVER_NOT_FOUND' || error.code === 'DOMAIN_UNKNOWN');
    if (!isGone) throw error;
    await parts.db.platformSql(`delete from {platform}."heldGameServer" where "gameServerId" = $1`, [gameServerId]);
  }
}
