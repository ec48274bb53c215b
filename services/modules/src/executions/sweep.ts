import { deriveId } from '@takaro/contracts/ids';
import type { Limits } from '@takaro/contracts/limits';
import type { ExecutionOrder } from '@takaro/contracts/modules/executions';
import type { Tx } from '@takaro/tenant-db';
import type { Parts } from '../parts.ts';
import { executedEvent } from './executed-event.ts';
import { publishOrder } from './order-seal.ts';
import { schedulePurge } from './purge.ts';
import { releaseCost } from './refuse.ts';
import { againMessageId, SWEEP_EVERY_MS, SWEEP_KEY, SWEEP_KIND } from './sweep-entry.ts';

interface LateRow {
  readonly id: string;
  readonly state: 'running' | 'queued' | 'interrupted';
  readonly attempt: number;
  readonly effects: boolean;
  readonly functionId: string;
  readonly order: ExecutionOrder;
}

/** How often a lost execution is begun again. */
const ATTEMPTS = 2;
/** Sweeps that find nothing running before a domain is left alone. A claim in the middle of its commit takes less than that. */
const EMPTY_SWEEPS = 3;
/** Heartbeats that a runner which is there has time for, after nobody stored any. */
const GRACE_HEARTBEATS = 2;
/** Late sweeps in a row of which none judges. One that is always late judges after these. */
const GRACES = 3;

/** A sweep that is due. */
export interface Sweep {
  /** When it should have come. */
  readonly dueAt: Date;
  /** How often it was begun and failed. */
  readonly attempts: number;
  /** How many before it found nothing. */
  readonly empty: number;
  /** How many before it came too late to judge what they found. */
  readonly graces: number;
}

/**
 * Looks after executions whose lease is over: one that had no effect yet is put back, once; another is `interrupted`, which is told.
 * What the order runs after it goes on either way. The order is queued again by the sweep after that, which is due at once: only when
 * the row says so for everybody. A runner that had the order before would be told that the lost run still has it, and drop the order.
 * A sweep that comes late judges no run, a few times in a row: whatever kept it away, as a database that stood still or no copy of modules
 * being up, kept heartbeats away as well, and the runs may be in the best of health.
 */
export async function sweepDomain(parts: Parts, tx: Tx, sweep: Sweep): Promise<void> {
  const { clock, limits } = parts.context;
  const now = new Date(clock.now());
  await schedulePurge(tx, now.getTime());
  const judges = sweep.graces >= GRACES || isInTime(sweep, now, limits);
  const late = await tx.sql<LateRow>(
    `select "id", "state", "attempt", "effects", "functionId", "order" from {schema}."execution"
     where "leaseUntil" <= $1 and ($2 or "state" <> 'running') order by "leaseUntil" limit 100 for update skip locked`,
    [now, judges],
  );
  for (const row of late) {
    if (row.state !== 'running') await queueAgain(parts, tx, row, now);
    else if (!row.effects && row.attempt < ATTEMPTS) await putBack(parts, tx, row, now);
    else await interrupt(parts, tx, row, now);
  }
  const [more] = await tx.sql('select 1 from {schema}."execution" where "leaseUntil" is not null limit 1');
  const empty = more || late.length > 0 ? 0 : sweep.empty + 1;
  if (empty >= EMPTY_SWEEPS) return;
  const isPressing = late.some(({ state }) => state === 'running');
  const graces = !judges && (await sparesSome(tx, now)) ? sweep.graces + 1 : 0;
  const heartbeats = isPressing ? 0 : graces > 0 ? GRACE_HEARTBEATS : 1;
  const dueAt = new Date(now.getTime() + heartbeats * limits.heartbeatLeaseMs);
  await tx.schedule({ kind: SWEEP_KIND, key: SWEEP_KEY, dueAt, payload: { empty, graces } });
}

async function sparesSome({ sql }: Tx, now: Date): Promise<boolean> {
  const rows = await sql(`select 1 from {schema}."execution" where "leaseUntil" <= $1 and "state" = 'running' limit 1`, [now]);
  return rows.length > 0;
}

/**
 * Sweeps and heartbeats come equally often: whatever keeps both away for so long that a lease is over makes the sweep later than that.
 * When one is due that failed says nothing of when it should have come.
 */
const isInTime = ({ dueAt, attempts }: Sweep, now: Date, { leaseMs, heartbeatLeaseMs }: Limits): boolean =>
  attempts === 0 && now.getTime() - dueAt.getTime() <= Math.max(leaseMs - 2 * heartbeatLeaseMs - SWEEP_EVERY_MS, SWEEP_EVERY_MS);

async function putBack({ context }: Parts, { sql }: Tx, { id, attempt, order }: LateRow, at: Date): Promise<void> {
  await sql(`update {schema}."execution" set "state" = 'queued', "leaseUntil" = $2, "updatedAt" = now() where "id" = $1`, [id, at]);
  context.log.warn({ domainId: order.domainId, executionId: id, attempt }, 'execution put back');
}

/** One that waits for its next attempt and that nobody claims is queued again after a lease; a stream that still holds it takes it once. */
async function queueAgain(parts: Parts, { sql }: Tx, { id, state, attempt, order }: LateRow, at: Date): Promise<void> {
  const msgId = state === 'queued' ? againMessageId(id, attempt) : deriveId('onward', id, attempt);
  await publishOrder(parts, order, msgId);
  if (state === 'interrupted') await sql(`update {schema}."execution" set "leaseUntil" = null where "id" = $1`, [id]);
  else
    await sql(`update {schema}."execution" set "leaseUntil" = $2 where "id" = $1`, [
      id,
      new Date(at.getTime() + parts.context.limits.leaseMs),
    ]);
}

async function interrupt(parts: Parts, tx: Tx, { id, attempt, functionId, order }: LateRow, at: Date): Promise<void> {
  const reason = 'The process that ran it was lost';
  const goesOn = order.assignments.at(-1)?.executionId !== id;
  await tx.sql(
    `update {schema}."execution" set "state" = 'interrupted', "reason" = $2, "finishedAt" = $3, "updatedAt" = now(),
       "leaseUntil" = case when $4 then $3::timestamptz end where "id" = $1`,
    [id, reason, at, goesOn],
  );
  await tx.tell(executedEvent({ order, executionId: id, functionId, result: { success: false, logs: [], reason }, at }));
  await releaseCost(parts, order, id);
  parts.context.log.warn({ domainId: order.domainId, executionId: id, attempt }, 'execution interrupted');
}
