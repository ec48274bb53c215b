import { availableParallelism } from 'node:os';
import { type Environment, numberFrom } from '@takaro/process';
import { CONFINEMENT_LEVELS, type ConfinementLevel } from '@takaro/sandbox';

export interface RunnerConfiguration {
  /** `data.url`: where the public API is. */
  readonly publicUrl: string;
  /** Processes in which functions of all domains run. */
  readonly processes: number;
  /** Resident memory of one of them, at which it is ended. */
  readonly processMemoryMb: number;
  /** The least that a process for functions is confined; where the system does not let it, none starts and no function runs. */
  readonly confinement: ConfinementLevel;
  /** Orders at once. A run that waits for an answer costs nothing, so these are more than processors. */
  readonly concurrency: number;
}

export function readRunnerConfiguration(env: Environment): RunnerConfiguration {
  const processors = availableParallelism();
  return {
    publicUrl: env['TAKARO_PUBLIC_URL'] ?? 'http://127.0.0.1:3000',
    processes: numberFrom(env, 'TAKARO_RUNNER_PROCESSES', { fallback: Math.max(2, processors), min: 1, max: 256 }),
    processMemoryMb: numberFrom(env, 'TAKARO_RUNNER_PROCESS_MEMORY_MB', { fallback: 600, min: 128, max: 65_536 }),
    confinement: levelFrom(env['TAKARO_RUNNER_CONFINEMENT'] ?? 'none'),
    concurrency: numberFrom(env, 'TAKARO_RUNNER_CONCURRENCY', { fallback: Math.max(16, processors * 8), min: 1, max: 1_024 }),
  };
}

function levelFrom(text: string): ConfinementLevel {
  const level = CONFINEMENT_LEVELS.find((one) => one === text);
  if (!level) throw new Error(`TAKARO_RUNNER_CONFINEMENT must be one of ${CONFINEMENT_LEVELS.join(', ')}, not "${text}"`);
  return level;
}
