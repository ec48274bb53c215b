import { CONFINEMENT_LEVELS, type ConfinementLevel, type RunResult } from '@takaro/sandbox';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface RunnerMetrics {
  ran(result: RunResult): void;
  killed(): void;
  /** Of the newest process. */
  confined(level: ConfinementLevel): void;
}

export function createMetrics(registry: Registry): RunnerMetrics {
  const registers = [registry];
  const runs = new Counter({ name: 'takaro_runs_total', help: 'Runs of functions by how they ended', labelNames: ['outcome'], registers });
  const durations = new Histogram({
    name: 'takaro_run_seconds',
    help: 'Durations of runs, host calls included',
    buckets: [0.002, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 5, 10, 30],
    registers,
  });
  const kills = new Counter({ name: 'takaro_run_kills_total', help: 'Processes that were ended because of the code in them', registers });
  const confinement = new Gauge({
    name: 'takaro_run_confinement',
    help: 'How far the processes for functions are confined: 1 at the level that holds',
    labelNames: ['level'],
    registers,
  });
  return {
    ran: (result) => {
      runs.inc({ outcome: outcomeOf(result) });
      durations.observe(result.durationMs / 1_000);
    },
    killed: () => kills.inc(),
    confined: (held) => {
      for (const level of CONFINEMENT_LEVELS) confinement.set({ level }, level === held ? 1 : 0);
    },
  };
}

const outcomeOf = ({ success, lost, reason }: RunResult): string =>
  success ? 'succeeded' : lost ? 'lost' : reason === undefined ? 'failed' : 'ended';
