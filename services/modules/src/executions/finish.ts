import { tellEnded } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { RunResult } from '@takaro/contracts/modules/executions';
import { captureHold } from '@takaro/contracts/players/internal';
import { askFor } from '../neighbours.ts';
import type { Parts } from '../parts.ts';
import { executedEvent } from './executed-event.ts';
import { type Finish, finishAndTell, finishRows, type FinishedRow } from './finish-rows.ts';
import { releaseCost } from './refuse.ts';

type Outcome = { readonly current: boolean } | ServiceError;

interface Ended {
  readonly row: FinishedRow;
  readonly result: RunResult;
}

/**
 * Writes how runs of one domain ended, with their events. A finish of an attempt that is over changes nothing. Said twice in one batch it
 * is one end; the second is told so like a later one.
 */
export async function finishBatch(parts: Parts, domainId: string, finishes: readonly Finish[]): Promise<readonly Outcome[]> {
  const at = new Date(parts.context.clock.now());
  const first = [...new Map(finishes.toReversed().map((finish) => [`${finish.executionId}:${finish.attempt}`, finish])).values()];
  const [handedOut, others] = sorted(parts, first);
  const ended = [...(await endHandedOut(parts, domainId, handedOut, at)), ...(await endOthers(parts, domainId, others, at))];
  tellEnded(
    parts.context.bus,
    domainId,
    ended.map(({ row: { id: executionId, attempt } }) => ({ executionId, attempt })),
  );
  for (const one of ended.filter(({ result }) => !result.success)) await followFailure(parts, one);
  const done = new Set(ended.map(({ row }) => row.id));
  const known = await knownOf(parts, domainId, finishes, done);
  return finishes.map(({ executionId }) => {
    if (!known.has(executionId)) return new ServiceError('EXECUTION_NOT_FOUND', { params: { id: executionId } });
    return { current: done.delete(executionId) };
  });
}

type HandedOut = Finish & Pick<FinishedRow, 'order' | 'functionId'>;

/** Those whose orders this process knows and that cost nothing, and the others. */
function sorted({ claimed }: Parts, finishes: readonly Finish[]): [HandedOut[], Finish[]] {
  const handedOut: HandedOut[] = [];
  const others: Finish[] = [];
  for (const finish of finishes) {
    const known = claimed.take(finish.executionId, finish.attempt);
    if (known && !known.order.cost) handedOut.push({ ...finish, ...known });
    else others.push(finish);
  }
  return [handedOut, others];
}

async function endHandedOut({ db }: Parts, domainId: string, finishes: readonly HandedOut[], at: Date): Promise<Ended[]> {
  if (finishes.length === 0) return [];
  const list = finishes.map((finish) => ({ ...finish, event: executedEvent({ ...finish, result: shown(finish.result), at }) }));
  const { ended, told } = await finishAndTell(db, domainId, list, at);
  await db.publishTold(domainId, told);
  return finishes
    .filter(({ executionId }) => ended.has(executionId))
    .map(({ executionId: id, attempt, functionId, order, result }) => ({ row: { id, attempt, functionId, order }, result }));
}

/** What a command costs is taken before the transaction commits: asked again it is taken once. */
async function endOthers(parts: Parts, domainId: string, finishes: readonly Finish[], at: Date): Promise<Ended[]> {
  if (finishes.length === 0) return [];
  return parts.db.transaction(domainId, async (tx) => {
    const rows = await finishRows(tx, finishes, at);
    const list = rows.flatMap((row) => {
      const result = finishes.find(({ executionId, attempt }) => executionId === row.id && attempt === row.attempt)?.result;
      return result ? [{ row, result }] : [];
    });
    for (const one of list) {
      await captureCost(parts, one);
      const { order, functionId, id: executionId } = one.row;
      await tx.tell(executedEvent({ order, executionId, functionId, result: shown(one.result), at }));
    }
    return list;
  });
}

/** Which of the executions exist. Usually all were ended just now, and nothing has to be asked. */
async function knownOf({ db }: Parts, domainId: string, finishes: readonly Finish[], ended: ReadonlySet<string>): Promise<Set<string>> {
  const others = finishes.map(({ executionId }) => executionId).filter((id) => !ended.has(id));
  if (others.length === 0) return new Set(ended);
  const there = await db.sql<{ id: string }>(domainId, 'select "id" from {schema}."execution" where "id" = any($1::uuid[])', [others]);
  return new Set([...ended, ...there.map(({ id }) => id)]);
}

const shown = ({ success, logs, reason }: RunResult) => ({ success, logs, ...(reason !== undefined && { reason }) });

async function captureCost({ context }: Parts, { row: { order, id }, result }: Ended): Promise<void> {
  if (!order.cost || !result.success || order.assignments[0]?.executionId !== id) return;
  const { captured } = await askFor(context.bus, order, captureHold, { executionId: id });
  if (!captured) context.log.warn({ domainId: order.domainId, executionId: id }, 'nothing was held for a command that succeeded');
}

const APOLOGY = 'Oops, something went wrong with that command. Please try again later.';

/** Gives back what was held, and tells a player who typed a command. A function that never began to run has nothing to say. */
async function followFailure(parts: Parts, { row: { order, id }, result }: Ended): Promise<void> {
  await releaseCost(parts, order, id);
  if (order.trigger !== 'command' || !order.pog || result.neverBegan) return;
  const { domainId, depth, gameServerId } = order;
  parts.messenger.whisper({ domainId, depth, gameServerId, gameId: order.pog.gameId, message: result.userMessage || APOLOGY });
}
