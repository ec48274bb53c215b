import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

export interface ChildOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Runs as this user; only root can ask for it. */
  readonly identity?: { readonly uid: number; readonly gid: number };
  /** Gives it a channel that closes when this process ends, however it ends. */
  readonly leash?: boolean;
  readonly log: (line: string) => void;
  /** Asked again and again until it says yes. Without it a child is ready once it runs. */
  readonly isReady?: (pid: number) => Promise<boolean>;
  /** @default 30000 */
  readonly readyTimeoutMs?: number;
  /** Starts it again whenever it ends by itself. */
  readonly restart?: boolean;
  /** @default SIGTERM */
  readonly stopSignal?: NodeJS.Signals;
  /** After this long it is killed. @default 10000 */
  readonly stopTimeoutMs?: number;
}

export interface Child extends AsyncDisposable {
  readonly name: string;
  /** Undefined while it waits to be started again. */
  readonly pid: () => number | undefined;
  /** Ends it at once, without grace. */
  readonly kill: () => void;
  /** Ends it, with its own signal if none is given, and keeps it down. Only of one that is restarted. */
  readonly hold: (signal?: NodeJS.Signals) => Promise<Held>;
}

/** A child that was ended and is not started again before it is let go. */
export interface Held {
  /** Such as `exit code 0` or `signal SIGKILL`. */
  readonly ending: string;
  readonly letGo: () => void;
}

const READY_POLL_MS = 25;
const RESTART_DELAYS_MS = [250, 500, 1_000, 2_000, 5_000, 10_000];
/** Having run this long, a child starts with the first delay again. */
const STEADY_MS = 30_000;
const LAST_LINES = 20;

/** A child that ended before it was ready. `lines` are the last it wrote. */
export class ChildEnded extends Error {
  override readonly name = 'ChildEnded';
  readonly lines: readonly string[];
  constructor(message: string, lines: readonly string[]) {
    super(message);
    this.lines = lines;
  }
}

interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<string>;
  readonly lines: string[];
}

// A process group of its own: the terminal's Ctrl-C reaches this process alone, which then ends its children in order.
const launch = (options: ChildOptions): Running => {
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: true,
    stdio: options.leash === true ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
    ...options.identity,
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > LAST_LINES) lines.shift();
      options.log(line);
    });
  }
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  return { process: child, ended, lines };
};

const untilReady = async (options: ChildOptions, running: Running): Promise<void> => {
  const deadline = Date.now() + (options.readyTimeoutMs ?? 30_000);
  const over = new AbortController();
  const ended = running.ended.then((reason) => {
    over.abort();
    return reason;
  });
  while (!over.signal.aborted) {
    const { pid } = running.process;
    if (pid !== undefined && (options.isReady === undefined || (await options.isReady(pid)))) return;
    if (Date.now() > deadline) throw new ChildEnded(`${options.name} was not ready in time`, running.lines);
    await delay(READY_POLL_MS, undefined, { signal: over.signal }).catch(() => undefined);
  }
  throw new ChildEnded(`${options.name} ended before it was ready (${await ended})`, running.lines);
};

const end = async (options: Pick<ChildOptions, 'stopSignal' | 'stopTimeoutMs'>, { process: child }: Running): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  child.kill(options.stopSignal ?? 'SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), options.stopTimeoutMs ?? 10_000);
  await exited;
  clearTimeout(killer);
};

const launchUntilReady = async (options: ChildOptions): Promise<Running> => {
  const running = launch(options);
  try {
    await untilReady(options, running);
    return running;
  } catch (error) {
    await end({ ...options, stopTimeoutMs: 2_000 }, running);
    throw error;
  }
};

/** Says that it ended by itself and, if it is to run again, waits the longer the oftener that happened. */
const tellAndWait = async (options: ChildOptions, reason: string, failures: number, signal: AbortSignal): Promise<void> => {
  const delayMs = RESTART_DELAYS_MS[Math.min(failures, RESTART_DELAYS_MS.length - 1)] ?? 0;
  const ending = `ended by itself (${reason})`;
  options.log(options.restart === true ? `${ending}; starting it again in ${delayMs} ms` : ending);
  if (options.restart === true) await delay(delayMs, undefined, { signal }).catch(() => undefined);
};

/** Starts a process and waits until it is ready. @throws ChildEnded */
export const startChild = async (options: ChildOptions): Promise<Child> => {
  const stop = new AbortController();
  let running = await launchUntilReady(options);
  let isDown = false;
  let hold: PromiseWithResolvers<void> | undefined;

  const watch = async (): Promise<void> => {
    for (let failures = 0; ; failures += 1) {
      const began = Date.now();
      const reason = await running.ended;
      if (stop.signal.aborted) return;
      isDown = options.restart === true;
      if (hold || Date.now() - began > STEADY_MS) failures = 0;
      if (!hold) await tellAndWait(options, reason, failures, stop.signal);
      await hold?.promise;
      if (stop.signal.aborted || options.restart !== true) return;
      running = launch(options);
      isDown = false;
    }
  };
  const watching = watch();

  const letGo = (): void => {
    hold?.resolve();
    hold = undefined;
  };
  return {
    name: options.name,
    pid: () => (isDown ? undefined : running.process.pid),
    kill: () => {
      stop.abort();
      running.process.kill('SIGKILL');
    },
    hold: async (signal) => {
      hold ??= Promise.withResolvers<void>();
      await end({ ...options, ...(signal && { stopSignal: signal }) }, running);
      return { ending: await running.ended, letGo };
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      letGo();
      await end(options, running);
      await watching;
    },
  };
};
