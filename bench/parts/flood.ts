import { median, percentile } from '../stats.ts';
import { openFlooder } from '../takaro/flooder.ts';
import { openQuietTenants } from '../takaro/quiet-tenants.ts';
import { untilWorkedOff } from '../takaro/worked-off.ts';
import type { Part } from './part.ts';

const TENANTS = 50;
const PER_SECOND = 20;
const ROUND_MS = 20_000;
/** Calm is only what has no more to do for the flooder: its functions burn for minutes after a round. */
const WORKED_OFF = { timeoutMs: 900_000 };

/** Rows 19 and 36 to 38: what 49 quiet tenants feel of one that floods Takaro with events, burning functions and memory bombs. */
export const flood: Part = async ({ system, rounds, divide, say }) => {
  await using open = new AsyncDisposableStack();
  const tenants = Math.ceil(TENANTS / divide);
  const quiet = open.use(await openQuietTenants(system, tenants - 1));
  const flooder = open.use(await openFlooder(system));
  const plan = { perSecond: PER_SECOND, forMs: Math.ceil(ROUND_MS / divide) };
  await quiet.live(plan);

  const calm: number[][] = [];
  const flooded: number[][] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await untilWorkedOff(system, WORKED_OFF);
    calm.push(await quiet.live(plan));
    flooded.push(await flooder.flood(() => quiet.live(plan)));
    const p99 = (times: number[][]): string => percentile(times.at(-1) ?? [], 0.99).toFixed(0);
    say(`  round ${round} p99 calm ${p99(calm)} ms, flooded ${p99(flooded)} ms`);
  }
  const over = (times: readonly number[][], share: number): number => median(times.map((round) => percentile(round, share)));
  const row = (name: string, times: readonly number[][]): string[] => [
    name,
    over(times, 0.5).toFixed(1),
    over(times, 0.99).toFixed(1),
    String(times.flat().length),
  ];
  return {
    title: `Flood: what ${tenants - 1} quiet tenants feel of one that floods, ${PER_SECOND} commands/s over all of them`,
    head: ['quiet tenants', 'p50 ms', 'p99 ms', 'count'],
    rows: [row('calm', calm), row('beside the flooder', flooded)],
    ratios: [
      { id: 'flood p50 / calm', value: over(flooded, 0.5) / over(calm, 0.5), target: '(beside it)' },
      { id: 'flood p99 / calm', value: over(flooded, 0.99) / over(calm, 0.99), target: '<= 2' },
    ],
  };
};
