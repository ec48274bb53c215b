import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Api } from '@takaro/api';
import type { Bus, KeyedQueue } from '@takaro/bus';
import { ERRORS, ServiceError } from '@takaro/contracts/errors';
import type { Limits } from '@takaro/contracts/limits';
import { claimExecution, type ClaimAnswer, type ExecutionOrder, finishExecution } from '@takaro/contracts/modules/executions';
import type { RunResult, Sandbox } from '@takaro/sandbox';
import { askAgain, PATIENCE_MS } from './ask-again.ts';
import type { ClaimTimes } from './claim-times.ts';
import { createHostCalls } from './host-calls.ts';
import type { Lease, Leases } from './leases.ts';
import type { RunnerMetrics } from './metrics.ts';
import { toldOf } from './told-result.ts';
import type { VersionContents } from './version-contents.ts';

export interface Runner {
  readonly bus: Bus;
  readonly api: Api;
  readonly sandbox: Sandbox;
  readonly leases: Leases;
  readonly claims: ClaimTimes;
  readonly contents: VersionContents;
  readonly metrics: RunnerMetrics;
  readonly limits: Limits;
  /** `data.url` */
  readonly publicUrl: string;
  /** Where runs wait for their turn: a domain runs no more at once than its limit. */
  readonly runs: KeyedQueue;
}

type Claimed = Extract<ClaimAnswer, { outcome: 'claimed' }>;
type Assignment = ExecutionOrder['assignments'][number];

/**
 * Runs one function of an order, if nobody else has it. Answers whether the next may follow: not where another runner has this one, or
 * had it until it was lost. Then the order goes on with that, or modules queues it again.
 * @throws ServiceError when the claim was not answered; what happens later is told to modules, or left to the end of the lease
 */
export async function runExecution(runner: Runner, order: ExecutionOrder, assignment: Assignment): Promise<boolean> {
  const { bus, leases, claims } = runner;
  const { domainId } = order;
  const { executionId } = assignment;
  const serviceToken = await bus.serviceToken(domainId);
  const askedAt = performance.now();
  const claim = await bus.call(claimExecution, { order, executionId }, { domainId, token: serviceToken });
  claims.note(performance.now() - askedAt);
  if (claim.outcome !== 'claimed') {
    bus.log.info({ domainId, executionId, outcome: claim.outcome }, 'not run');
    return claim.outcome !== 'taken';
  }
  const { attempt, token } = claim;
  using lease = leases.hold({ domainId, executionId, attempt, token, askedAt });
  const result = await run(runner, { assignment, claim, lease });
  if (result) await finish(runner, lease, result);
  return result !== null;
}

interface Execution {
  readonly assignment: Assignment;
  readonly claim: Claimed;
  readonly lease: Lease;
}

/** The result, or null where another attempt has to give it. */
async function run(runner: Runner, { assignment, claim, lease }: Execution): Promise<RunResult | null> {
  const { bus, api, sandbox, contents, metrics, publicUrl } = runner;
  const { domainId, executionId } = lease;
  const startedAt = performance.now();
  try {
    const read = () => contents.get(domainId, claim.versionId, claim.versionRevision);
    const content = await askAgain(read, { untilMs: Date.now() + PATIENCE_MS, signal: lease.signal });
    const request = {
      domainId,
      versionKey: `${claim.versionId}@${content.revision}`,
      functionId: assignment.functionId,
      sources: content.functions,
      data: dataOf(claim, content.version, publicUrl),
      signal: lease.signal,
    };
    const onHostCall = createHostCalls({ bus, api, lease });
    let result = await inTurn(runner, domainId, () => sandbox.run(request, onHostCall));
    // Its process was ended for another's sake. It only read, so nothing happens twice.
    if (result.lost && !lease.hasEffects && !lease.signal.aborted)
      result = await inTurn(runner, domainId, () => sandbox.run(request, onHostCall));
    metrics.ran(result);
    const { success, lost, reason, calls, cpuMs } = result;
    bus.log.info({ domainId, executionId, success, lost, reason, calls, cpuMs, durationMs: performance.now() - startedAt }, 'run');
    return lease.signal.aborted ? null : result;
  } catch (error) {
    bus.log.error({ domainId, executionId, err: error }, 'not run');
    return error instanceof ServiceError && !ERRORS[error.code].retry ? notRun(error.message) : null;
  }
}

const inTurn = <T>({ runs }: Runner, domainId: string, work: () => Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    runs.push(domainId, () => work().then(resolve, reject));
  });

/** The claim's data with what only the runner knows. The token is a name for this run and nothing else: it opens no door by itself. */
function dataOf({ data }: Claimed, version: Readonly<Record<string, unknown>>, url: string): Record<string, unknown> {
  const installation = data['module'];
  const module = typeof installation === 'object' && installation !== null ? { ...installation, version } : { version };
  return { ...data, module, url, token: randomBytes(24).toString('base64url') };
}

/** Tries until modules has it, the execution is no longer ours, or the lease is over for sure. */
async function finish({ bus, limits }: Runner, lease: Lease, result: RunResult): Promise<void> {
  const { domainId, executionId, attempt } = lease;
  const deadline = performance.now() + 2 * limits.leaseMs;
  const input = { executionId, attempt, result: toldOf(result) };
  for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 2_000)) {
    try {
      const token = await bus.serviceToken(domainId);
      const { current } = await bus.call(finishExecution, input, { domainId, token });
      if (!current) bus.log.warn({ domainId, executionId, attempt }, 'finished by another attempt');
      return;
    } catch (error) {
      const isOver = lease.signal.aborted || performance.now() + waitMs > deadline;
      const mayHeal = error instanceof ServiceError && ERRORS[error.code].retry;
      bus.log.warn({ domainId, executionId, attempt, err: error }, 'not finished');
      if (isOver || !mayHeal) return;
      await delay(waitMs);
    }
  }
}

const notRun = (reason: string): RunResult => ({
  success: false,
  lost: false,
  reason,
  logs: [],
  truncated: false,
  calls: 0,
  durationMs: 0,
  cpuMs: 0,
});
