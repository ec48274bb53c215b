import { median, percentile } from '../stats.ts';
import type { PartOptions, PartResult } from './part.ts';

export interface BesideFlood extends Pick<PartOptions, 'rounds' | 'say'> {
  /** The ratios are committed under this name. */
  readonly id: string;
  /** Who is measured, and beside what. */
  readonly names: { readonly measured: string; readonly flooded: string };
  /** How long each thing took that was asked for in one round, in milliseconds. */
  readonly calmly: () => Promise<number[]>;
  readonly flooded: () => Promise<number[]>;
}

/** Calm and flooded in turn: what those feel who do not flood. */
export async function besideFlood(options: BesideFlood): Promise<Pick<PartResult, 'head' | 'rows' | 'ratios'>> {
  const { rounds, say, id, names, calmly, flooded } = options;
  const sides = { calm: [] as number[][], flooded: [] as number[][] };
  for (let round = 1; round <= rounds; round += 1) {
    sides.calm.push(await calmly());
    sides.flooded.push(await flooded());
    const p99 = (times: readonly number[][]): string => percentile(times.at(-1) ?? [], 0.99).toFixed(1);
    say(`  round ${round} p99 calm ${p99(sides.calm)} ms, ${names.flooded} ${p99(sides.flooded)} ms`);
  }
  const over = (times: readonly number[][], share: number): number => median(times.map((round) => percentile(round, share)));
  const row = (name: string, times: readonly number[][]): string[] => [
    name,
    over(times, 0.5).toFixed(1),
    over(times, 0.99).toFixed(1),
    String(times.flat().length),
  ];
  return {
    head: [names.measured, 'p50 ms', 'p99 ms', 'count'],
    rows: [row('calm', sides.calm), row(names.flooded, sides.flooded)],
    ratios: [
      { id: `${id} p50 / calm`, value: over(sides.flooded, 0.5) / over(sides.calm, 0.5), target: '(beside it)' },
      { id: `${id} p99 / calm`, value: over(sides.flooded, 0.99) / over(sides.calm, 0.99), target: '<= 2' },
    ],
  };
}
