import type { ServiceContext } from '@takaro/process';

interface RoundsOptions {
  /** Answers whether all is done. */
  readonly round: () => Promise<boolean>;
  readonly retryDelaysMs: readonly number[];
  /** How long it waits when all is done: until another copy's leavings are found. @default 30000 */
  readonly idleMs?: number;
  readonly log: ServiceContext['log'];
}

/** Work that is looked for again and again until disposed. */
export interface Rounds extends AsyncDisposable {
  /** Looks again at once, or right after the round that is going on. */
  wake(): void;
}

const IDLE_MS = 30_000;

export function startRounds({ round, retryDelaysMs, idleMs = IDLE_MS, log }: RoundsOptions): Rounds {
  let stopped = false;
  let woken = false;
  let wake = (): void => undefined;
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, woken ? 0 : ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async (): Promise<void> => {
    let failures = 0;
    while (!stopped) {
      woken = false;
      const done = await round().catch((error: unknown) => {
        log.warn({ err: error }, 'looking for unfinished work failed');
        return false;
      });
      failures = done ? 0 : failures + 1;
      await pause(done ? idleMs : (retryDelaysMs[Math.min(failures, retryDelaysMs.length) - 1] ?? idleMs));
    }
  };
  const wakeUp = (): void => {
    woken = true;
    wake();
  };
  const running = run();
  return {
    wake: wakeUp,
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      wakeUp();
      await running;
    },
  };
}
