import type { ChildProcess } from 'node:child_process';
import type { Confinement } from '../confinement.ts';
import type { FromChild, ToChild } from '../messages.ts';
import { TOO_MUCH_SAID } from '../run.ts';
import type { OpenRun } from './open-run.ts';
import { RecentDomains } from './recent-domains.ts';
import { RunTimers } from './run-timers.ts';

/** A process that is prepared for runs. */
export interface PreparedProcess {
  /** What was spawned: of the process itself or of the one that made its namespaces. */
  readonly spawned: ChildProcess;
  readonly pid: number;
  readonly confinement: Confinement;
  /** After which it is worn. */
  readonly mostRuns: number;
}

export interface ChildNotices {
  /** A run's code had to be ended together with its process. */
  readonly onBlame: (run: OpenRun, reason: string) => void;
  /** A run took all the processor time or memory that it may have. */
  readonly onGreed: (run: OpenRun) => void;
  /** A run takes much processor time. */
  readonly onHeavy: (run: OpenRun, child: Child) => void;
}

const ASIDE = 'taken aside';
const STUCK = 'cpu limit: it does not stop';
/** For runs of others in a process that has to go because of one. */
const GRACE_MS = 500;
const GREED = /^(cpu|memory) limit/;
/** Longer than an isolate may take to stop inside the process. */
const END_MS = 250;
/** What is around the process sees it die and follows within this time. */
const FOLLOW_MS = 1_000;

/** A process for functions, as its parent sees it. */
export class Child {
  readonly pid: number;
  readonly confinement: Confinement;
  /** It takes no new runs any more. */
  readonly retired: Promise<void>;
  /** It has run as many as a process may, and goes on until the next one is up. */
  readonly worn: Promise<void>;
  readonly exited: Promise<void>;
  readonly #process: ChildProcess;
  readonly #notices: ChildNotices;
  readonly #runs = new Map<number, OpenRun>();
  readonly #timers = new RunTimers();
  /** Of those that do not stop to step aside. */
  readonly #stuckTimers = new RunTimers();
  /** Those that were told to end. What they still ask for is not done. */
  readonly #ending = new Set<number>();
  readonly #steppingAside = new Set<number>();
  readonly #heavy = new Set<number>();
  readonly #recent = new RecentDomains();
  readonly #sentCodes = new Set<string>();
  readonly #retirement = Promise.withResolvers<void>();
  readonly #wear = Promise.withResolvers<void>();
  readonly #mostRuns: number;
  #begun = 0;
  #isEnded = false;
  #isRetiring = false;

  constructor({ spawned, pid, confinement, mostRuns }: PreparedProcess, notices: ChildNotices) {
    this.pid = pid;
    this.confinement = confinement;
    this.#process = spawned;
    this.#notices = notices;
    this.retired = this.#retirement.promise;
    this.worn = this.#wear.promise;
    this.#mostRuns = mostRuns;
    const exit = Promise.withResolvers<void>();
    this.exited = exit.promise;
    const onExit = (): void => {
      this.#isEnded = true;
      this.#markRetiring();
      for (const run of this.#runs.values()) this.#close(run).vanish();
      exit.resolve();
    };
    if (this.#hasExited()) onExit();
    else spawned.once('exit', onExit);
    spawned.on('message', (message: FromChild) => {
      try {
        this.#onMessage(message);
      } catch {
        this.kill(this.runs, 'the process said what it cannot say');
      }
    });
  }

  /** The process that leads its session. */
  get leader(): number {
    return this.#process.pid ?? this.pid;
  }

  get isRetiring(): boolean {
    return this.#isRetiring;
  }

  get runs(): readonly OpenRun[] {
    return [...this.#runs.values()];
  }

  /** Whether somebody else has a run here, or had one begun a moment ago. */
  servesOthersThan(domainId: string): boolean {
    return this.#recent.hasOthersThan(domainId) || this.runs.some((run) => run.domainId !== domainId);
  }

  begin(run: OpenRun): void {
    if (this.#isEnded) return run.vanish();
    this.#recent.add(run.domainId);
    this.#begun += 1;
    if (this.#begun >= this.#mostRuns) this.#wear.resolve();
    const { runId, limits, compiled } = run;
    this.#runs.set(runId, run);
    this.#timers.set(runId, limits.wallMs, () => this.end(runId, `wall clock: more than ${limits.wallMs} ms`));
    this.#sendRun(run, !this.#sentCodes.has(compiled.hash));
    for (const heavy of this.runs) if (this.#heavy.has(heavy.runId) && heavy.domainId !== run.domainId) this.#notices.onHeavy(heavy, this);
  }

  /** Ends one run; the process goes with it if its isolate does not stop. */
  end(runId: number, reason: string): void {
    const run = this.#runs.get(runId);
    if (!run) return;
    this.#ending.add(runId);
    this.#send({ type: 'end', runId, reason });
    this.#timers.set(runId, END_MS, () => this.#condemn(run, reason));
  }

  /** Ends one run that begins again elsewhere, unless it is being ended already. */
  takeAside({ runId }: OpenRun): boolean {
    if (this.#ending.has(runId)) return false;
    this.#ending.add(runId);
    this.#steppingAside.add(runId);
    this.#send({ type: 'end', runId, reason: ASIDE });
    return true;
  }

  /** Takes no new runs, and ends when the last is over or after the grace. */
  retire(graceMs: number): void {
    this.#markRetiring();
    if (this.#runs.size === 0) this.#end();
    else setTimeout(() => this.#end(), graceMs).unref();
  }

  /** Ends now. The runs that are to blame get the reason, the others vanish. */
  kill(blamed: readonly OpenRun[], reason: string): void {
    this.#markRetiring();
    for (const run of blamed) this.#blame(run, reason);
    this.#end();
  }

  #onMessage(message: FromChild): void {
    if (message.type === 'ready') return;
    const run = this.#runs.get(message.runId);
    if (!run) return;
    if (message.type === 'call') void this.#answer(run, message.callId, message.json);
    else if (message.type === 'ended') this.#onEnded(run, message);
    else if (message.type === 'heavy') this.#onHeavy(run);
    else if (message.type === 'logs') this.#onLogs(run, message.json);
    else if (message.type === 'needs-code') this.#sendRun(run, true);
    // It has as much time as it may burn: others go on beside it meanwhile, and may be done by then.
    else if (message.reason === ASIDE && this.#steppingAside.has(run.runId))
      this.#stuckTimers.setOnce(run.runId, run.limits.cpuMs, () => this.#condemn(run, STUCK));
    else this.#condemn(run, message.reason);
  }

  /** The process ends it at this point too; this holds when it cannot be trusted any more. */
  #onLogs(run: OpenRun, json: string): void {
    if (!run.addLogs(json) && !this.#ending.has(run.runId)) this.end(run.runId, TOO_MUCH_SAID);
  }

  #onHeavy(run: OpenRun): void {
    this.#heavy.add(run.runId);
    this.#notices.onHeavy(run, this);
  }

  #onEnded(run: OpenRun, message: Extract<FromChild, { type: 'ended' }>): void {
    if (message.reason !== null && GREED.test(message.reason)) this.#notices.onGreed(run);
    const isAside = message.reason === ASIDE && this.#steppingAside.has(run.runId);
    if (isAside) this.#close(run).stepAside();
    else this.#close(run).end(message);
  }

  async #answer(run: OpenRun, callId: number, json: string): Promise<void> {
    const { runId, limits } = run;
    if (this.#ending.has(runId)) return;
    // The isolate counts too, and says it better; this holds when the process cannot be trusted any more.
    if (run.calls >= limits.calls) return this.end(runId, `quota: more than ${limits.calls} calls`);
    const reply = await run.answer(json).catch(() => null);
    if (!this.#runs.has(runId)) return;
    if (reply === null) this.end(runId, 'quota: a call that is none');
    else this.#send({ type: 'reply', runId, callId, json: reply });
  }

  #sendRun({ runId, isolateKey, compiled, input, limits }: OpenRun, withCode: boolean): void {
    this.#sentCodes.add(compiled.hash);
    const { hash: codeHash, code, prelude } = compiled;
    this.#send({ type: 'run', runId, isolateKey, prelude, codeHash, input, limits, ...(withCode && { code }) });
  }

  #send(message: ToChild): void {
    if (this.#process.connected) this.#process.send(message, () => undefined);
  }

  #condemn(run: OpenRun, reason: string): void {
    this.#markRetiring();
    this.#blame(run, reason);
    this.retire(GRACE_MS);
  }

  #blame(run: OpenRun, reason: string): void {
    this.#notices.onBlame(run, reason);
    this.#close(run).fail(reason);
  }

  #close(run: OpenRun): OpenRun {
    this.#runs.delete(run.runId);
    this.#ending.delete(run.runId);
    this.#steppingAside.delete(run.runId);
    this.#stuckTimers.clear(run.runId);
    this.#heavy.delete(run.runId);
    this.#timers.clear(run.runId);
    if (this.#isRetiring && this.#runs.size === 0) this.#end();
    return run;
  }

  /** The process first: what is around it reaps it, and nobody is left behind. */
  #end(): void {
    this.#isEnded = true;
    if (this.#hasExited()) return;
    try {
      process.kill(this.pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
    if (this.pid !== this.#process.pid) setTimeout(() => this.#process.kill('SIGKILL'), FOLLOW_MS).unref();
  }

  #hasExited(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  #markRetiring(): void {
    this.#isRetiring = true;
    this.#retirement.resolve();
  }
}
