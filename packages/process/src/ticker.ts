import type { Logger } from 'pino';

export interface TickerOptions {
  readonly name: string;
  readonly everyMs: number;
  readonly log: Logger;
  /** The signal is aborted when it has to come to an end. */
  readonly tick: (signal: AbortSignal) => Promise<void>;
}

/** Does something again and again, never twice at once; a failure is logged and tried again. Disposed, it ends with what runs. */
export function startTicker({ name, everyMs, log, tick }: TickerOptions): AsyncDisposable {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const stop = new AbortController();
  const turn = (): void => {
    running = tick(stop.signal)
      .catch((error: unknown) => log.warn({ ticker: name, err: error }, 'tick failed'))
      .then(() => {
        if (!stop.signal.aborted) timer = setTimeout(turn, everyMs);
      });
  };
  turn();
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
