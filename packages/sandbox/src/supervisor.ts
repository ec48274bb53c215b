import { availableParallelism } from 'node:os';
import type { Confinement, ConfinementLevel, ConfinementRange } from './confinement.ts';
import type { Preludes } from './messages.ts';
import type { SandboxOperation } from './operation.ts';
import type { Child } from './parent/child.ts';
import { CompileError, createCompiler, type CompiledFunction } from './parent/compile.ts';
import { isolateKeyOf } from './parent/isolate-key.ts';
import { watchMemory } from './parent/memory-watch.ts';
import { createOpenRun, type OpenRun, type Outcome } from './parent/open-run.ts';
import { Pool } from './parent/pool.ts';
import { buildPreludes } from './parent/prelude.ts';
import { createConfinedStart } from './parent/start-confined.ts';
import { DEFAULT_RUN_LIMITS, type OnHostCall, type RunLimits, type RunRequest, type RunResult } from './run.ts';

export interface SandboxOptions {
  /** What `takaro` offers to functions, for the life of the sandbox. */
  readonly operations: readonly SandboxOperation[];
  /** Processes that domains share. @default one for each processor, at least 2 */
  readonly children?: number;
  /** Resident memory of one process. @default 600 */
  readonly childMemoryMb?: number;
  /** Runs of one process, which is then replaced without anybody waiting for it. @default 5000 */
  readonly childRuns?: number;
  readonly limits?: Partial<RunLimits>;
  /** As much as this system allows between these. @default sealed to none */
  readonly confinement?: ConfinementRange;
  readonly onNotice?: (notice: SandboxNotice) => void;
}

/** What an operator should know of. */
export type SandboxNotice =
  | { readonly kind: 'confined'; readonly pid: number; readonly confinement: Confinement }
  /** This system does not confine the processes this much; less is tried. */
  | { readonly kind: 'confinement-refused'; readonly level: ConfinementLevel; readonly asOther: boolean; readonly error: unknown }
  | { readonly kind: 'start-failed'; readonly error: unknown }
  | { readonly kind: 'killed'; readonly domainId: string | null; readonly reason: string };

export interface Sandbox extends AsyncDisposable {
  /** Runs a function. It resolves however the function ends, and rejects only when the sandbox is closed. */
  run(request: RunRequest, onHostCall: OnHostCall): Promise<RunResult>;
  /** Processes that are up, for operators and tests. */
  pids(): readonly number[];
}

/** A run whose process vanished is begun again this often, if it had asked the host for nothing. */
const ATTEMPTS = 3;

export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  return new Supervisor(options, await buildPreludes(options.operations));
}

class Supervisor implements Sandbox {
  readonly #limits: RunLimits;
  readonly #compiler = createCompiler();
  readonly #pool: Pool;
  readonly #memoryWatch: Disposable;
  readonly #notify: (notice: SandboxNotice) => void;
  readonly #start: () => Promise<Child>;
  #lastRunId = 0;

  constructor(options: SandboxOptions, preludes: Preludes) {
    this.#limits = { ...DEFAULT_RUN_LIMITS, ...options.limits };
    this.#notify = options.onNotice ?? (() => undefined);
    this.#start = createConfinedStart({
      preludes,
      mostRuns: options.childRuns ?? 5_000,
      onBlame: ({ domainId }, reason) => {
        // Its runner has lost the lane or stops: a process that had no turn to end the run by then tells nothing about its domain.
        if (reason !== LOST) this.#pool.quarantine(domainId);
        this.#notify({ kind: 'killed', domainId, reason });
      },
      onGreed: ({ domainId }) => this.#pool.quarantine(domainId),
      onHeavy: (run, child) => this.#takeAside(run, child),
      onRefused: (refused, error) => this.#notify({ kind: 'confinement-refused', ...refused, error }),
      ...options.confinement,
    });
    this.#pool = new Pool({
      size: options.children ?? Math.max(2, availableParallelism()),
      start: () => this.#startChild(),
      onFailure: (error) => this.#notify({ kind: 'start-failed', error }),
    });
    this.#memoryWatch = watchMemory({
      limitMb: options.childMemoryMb ?? 600,
      children: () => this.#pool.children,
      onExceeded: (child, residentMb) => this.#endOversized(child, residentMb),
    });
  }

  async run(request: RunRequest, onHostCall: OnHostCall): Promise<RunResult> {
    const limits = { ...this.#limits, ...request.limits };
    const data = JSON.stringify(request.data);
    if (data.length > limits.dataChars) return notRun('quota: the data of the run is too large');
    let compiled: CompiledFunction;
    try {
      compiled = await this.#compiler.compile(request.sources, request.functionId);
    } catch (error) {
      if (error instanceof CompileError) return notRun(error.message);
      throw error;
    }
    const input = `{"data":${data},"limits":${JSON.stringify(limits)}}`;
    let mayStepAside = true;
    for (let vanished = 0; vanished < ATTEMPTS;) {
      if (request.signal?.aborted) return { ...notRun(LOST), lost: true };
      const { outcome, calls } = await this.#attempt({ request, compiled, input, limits, mayStepAside, onHostCall });
      if (outcome.kind === 'ended') return outcome.result;
      if (calls > 0) return { ...notRun('lost: the process that ran it was ended'), lost: true, calls };
      if (outcome.kind === 'aside') mayStepAside = false;
      else vanished += 1;
    }
    return { ...notRun('lost: the processes that ran it were ended'), lost: true };
  }

  pids(): readonly number[] {
    return this.#pool.children.map(({ pid }) => pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#memoryWatch[Symbol.dispose]();
    await this.#pool[Symbol.asyncDispose]();
  }

  async #attempt({ request, ...given }: Attempt): Promise<{ outcome: Outcome; calls: number }> {
    const child = await unlessAborted(this.#pool.childFor(request.domainId), request.signal);
    if (child === null || request.signal?.aborted) return { outcome: { kind: 'vanished' }, calls: 0 };
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.#lastRunId += 1;
    const run = createOpenRun({
      ...given,
      runId: this.#lastRunId,
      domainId: request.domainId,
      isolateKey: request.isolate === 'cold' ? null : isolateKeyOf(request, given),
      settle: resolve,
    });
    const giveUp = (): void => child.end(run.runId, LOST);
    request.signal?.addEventListener('abort', giveUp);
    child.begin(run);
    const outcome = await promise;
    request.signal?.removeEventListener('abort', giveUp);
    return { outcome: markLost(outcome), calls: run.calls };
  }

  async #startChild(): Promise<Child> {
    const child = await this.#start();
    this.#notify({ kind: 'confined', pid: child.pid, confinement: child.confinement });
    return child;
  }

  /**
   * Whoever takes much processor time beside others begins again in a process of its own: those who did no harm do not wait beside it
   * until its limit ends it. One that asked the host for something stays where it is, for nothing happens twice.
   */
  #takeAside(run: OpenRun, child: Child): void {
    const { domainId, calls, mayStepAside } = run;
    if (!mayStepAside || calls > 0 || !child.servesOthersThan(domainId) || !this.#pool.hasRoomFor(domainId)) return;
    if (child.takeAside(run)) this.#pool.setApart(domainId);
  }

  /**
   * One domain's runs alone: they are to blame. Runs of several: nobody can tell which, so each goes on in a process of its own,
   * where it will be known.
   */
  #endOversized(child: Child, residentMb: number): void {
    const { runs } = child;
    const domains = new Set(runs.map(({ domainId }) => domainId));
    const reason = `memory limit: the process took ${Math.round(residentMb)} MB`;
    if (domains.size <= 1) return child.kill(runs, reason);
    for (const domainId of domains) this.#pool.quarantine(domainId);
    this.#notify({ kind: 'killed', domainId: null, reason });
    child.kill([], reason);
  }
}

interface Attempt {
  readonly request: RunRequest;
  readonly compiled: CompiledFunction;
  readonly input: string;
  readonly limits: RunLimits;
  readonly mayStepAside: boolean;
  readonly onHostCall: OnHostCall;
}

/** Null once the signal tells that nobody waits any more, whatever becomes of the work. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T | null> {
  if (!signal) return work;
  const { promise, resolve } = Promise.withResolvers<null>();
  const giveUp = (): void => resolve(null);
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp);
  try {
    return await Promise.race([promise, work]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

const LOST = 'lost: the run was given up';

const markLost = (outcome: Outcome): Outcome =>
  outcome.kind === 'ended' && outcome.result.reason === LOST ? { kind: 'ended', result: { ...outcome.result, lost: true } } : outcome;

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
