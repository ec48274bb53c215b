/** What one side did in one round. Times in milliseconds. */
export interface Round {
  readonly count: number;
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU per item, by process. */
  readonly cpuMs: Readonly<Record<string, number>>;
}

/** The value below which `share` (0..1) of the values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Items per second. */
export const rateOf = ({ count, elapsedMs }: Round): number => (count / elapsedMs) * 1_000;

/** What one run of many items took: each by itself, and all together. */
export interface Loop {
  readonly times: readonly number[];
  readonly elapsedMs: number;
}

/**
 * Runs items with at most `window` at once and waits for all. The time of an item is from its start to its end, as its caller sees it.
 */
export async function closedLoop(count: number, window: number, run: (item: number) => Promise<void>): Promise<Loop> {
  const times: number[] = [];
  let next = 0;
  const begun = performance.now();
  const worker = async (): Promise<void> => {
    for (;;) {
      const item = next;
      next += 1;
      if (item >= count) return;
      const start = performance.now();
      await run(item);
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: window }, worker));
  return { times, elapsedMs: performance.now() - begun };
}

/** Starts `run` so often a second for a time, however long each takes, and waits for all. Answers how long each took, in milliseconds. */
export async function openLoop(
  { perSecond, forMs }: { readonly perSecond: number; readonly forMs: number },
  run: () => Promise<void>,
): Promise<number[]> {
  const timed = async (): Promise<number> => {
    const start = performance.now();
    await run();
    return performance.now() - start;
  };
  const running: Promise<number>[] = [];
  const begun = performance.now();
  for (let due = begun; due < begun + forMs; due += 1_000 / perSecond) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    running.push(timed());
  }
  return Promise.all(running);
}

/** CPU per item of all processes together. */
export const cpuOfAll = ({ cpuMs }: Round): number => Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0);
