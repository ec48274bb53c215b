import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What this process, which holds the sandbox as the runner does, had to bear. */
export interface HostUse {
  readonly tookMs: number;
  /** Processor time of all its threads. */
  readonly cpuMs: number;
  /** The longest that its event loop was late, beyond the resolution. */
  readonly lagMs: number;
  /** Resident memory at its most, above what it was before. */
  readonly grownMb: number;
}

const RESOLUTION_MS = 5;
const MB = 1_048_576;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Begins to look, with nothing left in memory that others had there before: else there is room that hides what is added; the answer ends that and tells. */
export function watchHost(): () => HostUse {
  collect();
  const from = performance.now();
  const cpu = process.cpuUsage();
  const before = process.memoryUsage.rss();
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let most = before;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, RESOLUTION_MS);
  delay.enable();
  return () => {
    look();
    clearInterval(timer);
    delay.disable();
    const { user, system } = process.cpuUsage(cpu);
    return {
      tookMs: performance.now() - from,
      cpuMs: (user + system) / 1_000,
      lagMs: Math.max(0, delay.max / 1e6 - RESOLUTION_MS),
      grownMb: (most - before) / MB,
    };
  };
}
