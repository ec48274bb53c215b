import type { Ratio } from '../table.ts';
import type { System } from '../takaro/system.ts';

export interface PartOptions {
  readonly system: System;
  readonly rounds: number;
  /** Divides the counts, for a quick look; its ratios are not held against the floors. */
  readonly divide: number;
  readonly say: (line: string) => void;
}

export interface PartResult {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly ratios: readonly Ratio[];
  /** Said below the table, such as where the CPU goes. */
  readonly notes?: readonly string[];
}

/** Measures one row of the performance targets. */
export type Part = (options: PartOptions) => Promise<PartResult>;

export const ROUND_HEAD = ['side', 'p50 ms', 'p99 ms', 'per second', 'CPU ms each'] as const;
