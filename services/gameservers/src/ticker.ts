import type { Logger } from 'pino';

interface TickerOptions {
  readonly name: string;
  readonly everyMs: number;
  readonly log: Logger;
  readonly tick: () => Promise<void>;
}

/** Does something again and again, never twice at once; a failure is logged and tried again. Disposed, it ends with what runs. */
export function startTicker({ name, everyMs, log, tick }: TickerOptions): AsyncDisposable {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  const turn = (): void => {
    running = tick()
      .catch((error: unknown) => log.warn({ ticker: name, err: error }, 'tick failed'))
      .then(() => {
        if (!stopped) timer = setTimeout(turn, everyMs);
      });
  };
  turn();
  return {
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
