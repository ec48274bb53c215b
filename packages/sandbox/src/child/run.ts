import ivm from 'isolated-vm';
import type { FromChild } from '../messages.ts';
import { mostSaidChars, type RunLimits, TOO_MUCH_SAID } from '../run.ts';
import { CpuClock } from './cpu-clock.ts';
import type { WarmIsolate } from './isolates.ts';

export interface RunOptions {
  readonly runId: number;
  readonly warm: WarmIsolate;
  readonly limits: RunLimits;
  readonly send: (message: FromChild) => void;
  /** `isClean`: it ended by itself, so its isolate may serve again. */
  readonly onEnd: (isClean: boolean) => void;
}

/** What a context holds for its host. */
interface Hooks {
  readonly context: ivm.Context;
  readonly answer: ivm.Reference<(id: number, json: string) => void>;
  readonly finish: ivm.Reference<() => string>;
}

/** So much processor time makes a run heavy. */
const HEAVY_MS = 500;

/** How long a disposed isolate may take to stop before the process is given up. */
const STOP_MS = 200;

/** One run, in a context of its own. */
export class Run {
  readonly #options: RunOptions;
  readonly #cpu: CpuClock;
  /** Of all lines that are told on the way, and once more of the result. */
  readonly #mostChars: number;
  #toldChars = 0;
  #hooks: Hooks | undefined;
  #isOver = false;
  /** The function came to its end; calls that it did not await may still be under way. */
  #isSettled = false;
  #openCalls = 0;
  /** Stretches of code that run in the isolate at this moment. */
  #stretches = 0;
  #isHeavy = false;
  #reason: string | null = null;
  #unsentLogs: string[] = [];

  constructor(options: RunOptions) {
    this.#options = options;
    this.#cpu = new CpuClock(options.warm.isolate);
    this.#mostChars = mostSaidChars(options.limits);
  }

  async start(script: ivm.Script, input: string): Promise<void> {
    const { warm } = this.#options;
    warm.contexts += 1;
    warm.onCatastrophe = () => this.#reportStuck(this.#memoryReason());
    const context = await warm.isolate.createContext();
    const { global } = context;
    this.#hooks = {
      context,
      answer: global.getSync('__answer', { reference: true }),
      finish: global.getSync('__finish', { reference: true }),
    };
    const post = (kind: string, id: number, json: string): void => this.#onPost(kind, id, json);
    global.setSync('__post', new ivm.Callback(post, { ignored: true }));
    global.setSync('__input', input);
    void this.#stretch(script.run(context));
  }

  /** The host's answer to a call. */
  answer(callId: number, json: string): void {
    if (this.#isOver || !this.#hooks) return;
    this.#openCalls -= 1;
    void this.#stretch(this.#hooks.answer.apply(undefined, [callId, json]));
  }

  /** Every few milliseconds, in which the process used `processMs` of processor time. */
  watch(processMs: number): void {
    if (this.#isOver) return;
    this.#sendLogs();
    const { warm, limits } = this.#options;
    const cpuMs = this.#cpu.add(processMs);
    if (warm.isolate.isDisposed) this.end(this.#memoryReason());
    else if (cpuMs > limits.cpuMs) this.end(`cpu limit: more than ${limits.cpuMs} ms`);
    else if (cpuMs > HEAVY_MS) this.#reportHeavy();
  }

  #reportHeavy(): void {
    if (this.#isHeavy) return;
    this.#isHeavy = true;
    this.#options.send({ type: 'heavy', runId: this.#options.runId });
  }

  /** Ends it from outside, for a reason. */
  end(reason: string): void {
    if (this.#isOver || this.#reason !== null) return;
    this.#reason = reason;
    const { isolate } = this.#options.warm;
    if (!isolate.isDisposed) isolate.dispose();
    if (this.#stretches === 0) return this.#conclude(null);
    setTimeout(() => this.#reportStuck(reason), STOP_MS);
  }

  #onPost(kind: string, id: number, json: string): void {
    if (this.#isOver) return;
    // The isolate keeps to its limits, unless the function changed what it measures with.
    if (kind === 'logs') this.#onLogs(json);
    else if (kind === 'quota') this.end(json);
    else if (kind === 'call') this.#onCall(id, json);
    else {
      this.#isSettled = true;
      // Settled by something that no stretch of ours began, such as a compiled WebAssembly module.
      if (this.#stretches === 0) void this.#stretch(Promise.resolve());
    }
  }

  #onLogs(json: string): void {
    this.#toldChars += json.length;
    if (this.#toldChars > this.#mostChars) this.end(TOO_MUCH_SAID);
    else this.#unsentLogs.push(json);
  }

  #onCall(callId: number, json: string): void {
    if (json.length > this.#options.limits.argumentChars) return this.end(TOO_MUCH_SAID);
    this.#openCalls += 1;
    this.#options.send({ type: 'call', runId: this.#options.runId, callId, json });
  }

  /** A stretch rejects when the isolate is gone, and when the function left a rejection unhandled, which ends nothing. */
  async #stretch(work: Promise<unknown>): Promise<void> {
    this.#stretches += 1;
    await work.catch(() => undefined);
    if (this.#isSettled && this.#openCalls === 0 && this.#stretches === 1) await this.#finish();
    this.#stretches -= 1;
    if (this.#options.warm.isolate.isDisposed) this.#conclude(null);
  }

  async #finish(): Promise<void> {
    const json = await this.#hooks?.finish.apply(undefined, [], { result: { copy: true } }).catch(() => null);
    if (typeof json === 'string' && json.length > this.#mostChars) return this.end(TOO_MUCH_SAID);
    if (json === null) this.#reason ??= 'The function broke the built-in objects that its result is read with';
    if (json === null || (typeof json === 'string' && json !== '')) this.#conclude(json);
  }

  #conclude(json: string | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { runId, send, onEnd } = this.#options;
    if (json === null) this.#sendLogs();
    const reason = json === null ? (this.#reason ?? this.#memoryReason()) : null;
    send({ type: 'ended', runId, json, reason, cpuMs: this.#cpu.add(Number.POSITIVE_INFINITY) });
    if (json !== null && this.#hooks) for (const held of Object.values(this.#hooks)) held.release();
    onEnd(json !== null);
  }

  #reportStuck(reason: string): void {
    if (this.#isOver) return;
    this.#sendLogs();
    this.#options.send({ type: 'stuck', runId: this.#options.runId, reason });
  }

  #sendLogs(): void {
    for (const json of this.#unsentLogs) this.#options.send({ type: 'logs', runId: this.#options.runId, json });
    this.#unsentLogs = [];
  }

  #memoryReason(): string {
    return `memory limit: more than ${this.#options.limits.memoryMb} MB`;
  }
}
