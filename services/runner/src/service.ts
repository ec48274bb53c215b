import { setTimeout as delay } from 'node:timers/promises';
import { createApi, type Operation } from '@takaro/api';
import { consume, KeyedQueue } from '@takaro/bus';
import type { Limits } from '@takaro/contracts/limits';
import { ExecutionOrder } from '@takaro/contracts/modules/executions';
import { domainOf } from '@takaro/contracts/subjects';
import type { ServiceContext } from '@takaro/process';
import { openSandbox, type RunLimits, type Sandbox, type SandboxNotice, type SandboxOperation } from '@takaro/sandbox';
import { ClaimTimes } from './claim-times.ts';
import { readRunnerConfiguration, type RunnerConfiguration } from './config.ts';
import { Leases } from './leases.ts';
import { createMetrics, type RunnerMetrics } from './metrics.ts';
import type { Runner } from './run-execution.ts';
import { runOrder } from './run-order.ts';
import { createVersionContents } from './version-contents.ts';

/**
 * Orders at once for each run at once: while one order runs, others are claimed and finished, so that an isolate does not wait for a
 * commit and commits are shared.
 */
const ORDERS_PER_RUN = 4;

/** What runs may take to end by themselves when the service stops. */
const STOP_MS = 10_000;

export interface RunnerService extends AsyncDisposable {
  /** Of the processes in which functions run. */
  pids(): readonly number[];
}

/** Takes orders from the work queue and runs their functions. */
export async function startRunner(context: ServiceContext, configuration: RunnerConfiguration): Promise<RunnerService> {
  const { bus, limits } = context;
  await using opening = new AsyncDisposableStack();
  const metrics = createMetrics(context.metrics);
  const api = createApi(bus);
  const sandbox = opening.use(await openSandboxFor(context, configuration, api.operations, metrics));
  const leases = opening.use(new Leases(bus, limits));
  const contents = createVersionContents(bus);
  const claims = new ClaimTimes();
  const { publicUrl, concurrency } = configuration;
  const runs = new KeyedQueue({ concurrency, perKey: limits.domainRunning });
  const runner: Runner = { bus, api, sandbox, leases, claims, contents, metrics, limits, publicUrl, runs };
  const orders = await consume<ExecutionOrder>(bus, {
    stream: 'EXECUTIONS',
    schema: ExecutionOrder,
    concurrency: concurrency * ORDERS_PER_RUN,
    perKey: limits.domainRunning * ORDERS_PER_RUN,
    keyOf: (_, subject) => domainOf(subject),
    tellsStrain: { ofMostKeys: () => claims.areLong },
    react: (order, delivery) => runOrder(runner, order, delivery),
  });
  opening.defer(() => stop(orders, leases));
  context.readiness.add('no process for functions is up', () => sandbox.pids().length > 0);
  const opened = opening.move();
  return { pids: () => sandbox.pids(), [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

export const startRunnerProcess = (context: ServiceContext): Promise<RunnerService> =>
  startRunner(context, readRunnerConfiguration(context.env));

/** What runs is finished; what takes too long is left to another runner. */
async function stop(orders: AsyncDisposable, leases: Leases): Promise<void> {
  const stopped = orders[Symbol.asyncDispose]();
  const timer = new AbortController();
  const late = delay(STOP_MS, undefined, { signal: timer.signal }).then(
    () => leases.giveAll('the runner stops'),
    () => undefined,
  );
  await stopped;
  timer.abort();
  await late;
}

function openSandboxFor(
  { log, limits }: ServiceContext,
  { processes, processMemoryMb, confinement }: RunnerConfiguration,
  operations: readonly Operation[],
  metrics: RunnerMetrics,
): Promise<Sandbox> {
  const onNotice = (notice: SandboxNotice): void => {
    if (notice.kind === 'killed') {
      metrics.killed();
      log.warn({ domainId: notice.domainId, reason: notice.reason }, 'a process for functions was ended');
    } else if (notice.kind === 'confined') {
      metrics.confined(notice.confinement.level);
      log.info({ pid: notice.pid, confinement: notice.confinement }, 'a process for functions is up');
    } else if (notice.kind === 'confinement-refused') {
      const { level, asOther, error } = notice;
      log.warn({ level, asOther, err: error }, 'this system does not confine functions this much; less is tried');
    } else log.error({ err: notice.error }, 'no process for functions');
  };
  return openSandbox({
    operations: operations.map(sandboxOperationOf),
    children: processes,
    childMemoryMb: processMemoryMb,
    limits: runLimitsOf(limits),
    confinement: { weakest: confinement },
    onNotice,
  });
}

const sandboxOperationOf = (operation: Operation): SandboxOperation => ({
  group: operation.group,
  method: operation.method,
  operationId: operation.id,
  httpMethod: operation.httpMethod,
  path: operation.path,
  pathParams: operation.pathParams,
  queryParams: operation.queryParams,
  hasBody: operation.hasBody,
});

const runLimitsOf = (limits: Limits): Partial<RunLimits> => ({
  cpuMs: limits.isolateCpuMs,
  wallMs: Math.min(limits.isolateWallMs, limits.isolateWallMaxMs),
  memoryMb: limits.isolateMemoryMb,
  outputChars: limits.isolateOutputBytes,
  messageChars: limits.logMessageChars,
  calls: limits.hostCalls,
  callsAtOnce: limits.hostCallsAtOnce,
  argumentChars: limits.httpBodyBytes,
});
