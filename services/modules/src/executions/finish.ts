import { ServiceError } from '@takaro/contracts/errors';
import type { RunResult } from '@takaro/contracts/modules/executions';
import { captureHold } from '@takaro/contracts/players/internal';
import type { Tx } from '@takaro/tenant-db';
import { ask } from '../neighbours.ts';
import type { Parts } from '../parts.ts';
import { executedEvent } from './executed-event.ts';
import { type Finish, finishRows, type FinishedRow } from './finish-rows.ts';
import { releaseCost } from './refuse.ts';

type Outcome = { readonly current: boolean } | ServiceError;

interface Ended {
  readonly row: FinishedRow;
  readonly result: RunResult;
}

/**
 * Writes how runs of one domain ended, with their events, in one transaction. What a command costs is taken before it commits: asked
 * again it is taken once. A finish of an attempt that is over changes nothing.
 */
export async function finishBatch(parts: Parts, domainId: string, finishes: readonly Finish[]): Promise<readonly Outcome[]> {
  const at = new Date(parts.context.clock.now());
  const { ended, known } = await parts.db.transaction(domainId, async (tx) => {
    const rows = await finishRows(tx, finishes, at);
    const list = rows.flatMap((row) => {
      const result = finishes.find(({ executionId }) => executionId === row.id)?.result;
      return result ? [{ row, result }] : [];
    });
    for (const one of list) {
      await captureCost(parts, one);
      await tx.tell(
        executedEvent({ order: one.row.order, executionId: one.row.id, functionId: one.row.functionId, result: shown(one.result), at }),
      );
    }
    return { ended: list, known: await knownOf(tx, finishes, rows) };
  });
  for (const one of ended.filter(({ result }) => !result.success)) await followFailure(parts, one);
  const done = new Set(ended.map(({ row }) => row.id));
  return finishes.map(({ executionId }) => {
    if (!known.has(executionId)) return new ServiceError('EXECUTION_NOT_FOUND', { params: { id: executionId } });
    // Said twice in one batch it is one end; the second is told so like a later one.
    return { current: done.delete(executionId) };
  });
}

/** Which of the executions exist. Usually all were ended just now, and nothing has to be asked. */
async function knownOf(tx: Tx, finishes: readonly Finish[], ended: readonly FinishedRow[]): Promise<Set<string>> {
  const ids = new Set(ended.map(({ id }) => id));
  const others = finishes.map(({ executionId }) => executionId).filter((id) => !ids.has(id));
  if (others.length === 0) return ids;
  const there = await tx.sql<{ id: string }>('select "id" from {schema}."execution" where "id" = any($1::uuid[])', [others]);
  return new Set([...ids, ...there.map(({ id }) => id)]);
}

const shown = ({ success, logs, reason }: RunResult) => ({ success, logs, ...(reason !== undefined && { reason }) });

async function captureCost({ context }: Parts, { row: { order, id }, result }: Ended): Promise<void> {
  if (!order.cost || !result.success || order.assignments[0]?.executionId !== id) return;
  const { captured } = await ask(context.bus, order.domainId, captureHold, { executionId: id });
  if (!captured) context.log.warn({ domainId: order.domainId, executionId: id }, 'nothing was held for a command that succeeded');
}

const APOLOGY = 'Oops, something went wrong with that command. Please try again later.';

/** Gives back what was held, and tells a player who typed a command. A function that never began to run has nothing to say. */
async function followFailure(parts: Parts, { row: { order, id }, result }: Ended): Promise<void> {
  await releaseCost(parts, order, id);
  const neverBegan = result.reason !== undefined && result.logs.length === 0 && result.userMessage === undefined;
  if (order.trigger !== 'command' || !order.pog || neverBegan) return;
  const { domainId, gameServerId } = order;
  parts.messenger.whisper({ domainId, gameServerId, gameId: order.pog.gameId, message: result.userMessage || APOLOGY });
}
