import { deriveId } from '@takaro/contracts/ids';
import type { ExecutionOrder } from '@takaro/contracts/modules/executions';
import { executionSubject } from '@takaro/contracts/subjects';
import type { Tx } from '@takaro/tenant-db';
import type { Parts } from '../parts.ts';
import { executedEvent } from './executed-event.ts';
import { releaseCost } from './refuse.ts';
import { SWEEP_KEY, SWEEP_KIND } from './sweep-entry.ts';

interface LostRow {
  readonly id: string;
  readonly attempt: number;
  readonly effects: boolean;
  readonly functionId: string;
  readonly order: ExecutionOrder;
}

/** How often a lost execution is begun again. */
const ATTEMPTS = 2;
/** Sweeps that find nothing running before a domain is left alone. A claim in the middle of its commit takes less than that. */
const EMPTY_SWEEPS = 3;

/**
 * Looks after executions whose lease is over: one that had no effect yet is put back, once; another is `interrupted`, which is told.
 * What the order runs after it goes on either way.
 */
export async function sweepDomain(parts: Parts, tx: Tx, emptySweeps: number): Promise<void> {
  const now = new Date(parts.context.clock.now());
  const lost = await tx.sql<LostRow>(
    `select "id", "attempt", "effects", "functionId", "order" from {schema}."execution"
     where "state" = 'running' and "leaseUntil" < $1 order by "leaseUntil" limit 100 for update skip locked`,
    [now],
  );
  for (const row of lost) {
    if (!row.effects && row.attempt < ATTEMPTS) await putBack(parts, tx, row);
    else await interrupt(parts, tx, row, now);
  }
  const [running] = await tx.sql('select 1 from {schema}."execution" where "state" = \'running\' limit 1');
  const empty = running || lost.length > 0 ? 0 : emptySweeps + 1;
  if (empty >= EMPTY_SWEEPS) return;
  const dueAt = new Date(now.getTime() + parts.context.limits.heartbeatLeaseMs);
  await tx.schedule({ kind: SWEEP_KIND, key: SWEEP_KEY, dueAt, payload: { empty } });
}

async function putBack({ context }: Parts, { sql }: Tx, { id, attempt, order }: LostRow): Promise<void> {
  await sql(`update {schema}."execution" set "state" = 'queued', "leaseUntil" = null, "updatedAt" = now() where "id" = $1`, [id]);
  await context.bus.publish(executionSubject(order.domainId, order.trigger), order, { msgId: deriveId('again', id, attempt) });
  context.log.warn({ domainId: order.domainId, executionId: id, attempt }, 'execution put back');
}

async function interrupt(parts: Parts, tx: Tx, { id, attempt, functionId, order }: LostRow, at: Date): Promise<void> {
  const reason = 'The process that ran it was lost';
  await tx.sql(
    `update {schema}."execution" set "state" = 'interrupted', "reason" = $2, "finishedAt" = $3, "leaseUntil" = null, "order" = null,
       "updatedAt" = now() where "id" = $1`,
    [id, reason, at],
  );
  await tx.tell(executedEvent({ order, executionId: id, functionId, result: { success: false, logs: [], reason }, at }));
  await releaseCost(parts, order, id);
  if (order.assignments.at(-1)?.executionId !== id) {
    const msgId = deriveId('onward', id, attempt);
    await parts.context.bus.publish(executionSubject(order.domainId, order.trigger), order, { msgId });
  }
  parts.context.log.warn({ domainId: order.domainId, executionId: id, attempt }, 'execution interrupted');
}
