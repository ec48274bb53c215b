import type { Contender, LoadedSide } from './contender.ts';
import { cpuMsOf } from './cpu.ts';
import { closedLoop, type Loop, percentile, type Round } from './stats.ts';

export interface Plan {
  readonly count: number;
  readonly window: number;
  readonly rounds: number;
}

/** A B C A B C …: every side sees the same weather on a shared machine. The first round of each warms up and is not counted. */
export async function interleave(
  contenders: readonly (Contender | LoadedSide)[],
  plan: Plan,
  say: (line: string) => void,
): Promise<Map<string, Round[]>> {
  const results = new Map<string, Round[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) await loop(contender, Math.ceil(plan.count / 5), plan.window);
  for (let round = 1; round <= plan.rounds; round += 1) {
    for (const contender of contenders) {
      const result = await measure(contender, plan);
      results.get(contender.name)?.push(result);
      say(
        `  round ${round} ${contender.name.padEnd(28)} p50 ${result.p50Ms.toFixed(2)} ms, ${Math.round((plan.count / result.elapsedMs) * 1_000)}/s`,
      );
    }
  }
  return results;
}

const loop = async (side: Contender | LoadedSide, count: number, window: number): Promise<Loop> =>
  'load' in side ? side.load(count, window) : closedLoop(count, window, (item) => side.run(item));

async function measure(contender: Contender | LoadedSide, { count, window }: Plan): Promise<Round> {
  const cpuBefore = cpuOf(contender);
  const { times, elapsedMs } = await loop(contender, count, window);
  const cpuAfter = cpuOf(contender);
  const cpuMs = Object.fromEntries(Object.entries(cpuAfter).map(([name, ms]) => [name, (ms - (cpuBefore[name] ?? 0)) / count]));
  return { count, elapsedMs, p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99), cpuMs };
}

const cpuOf = ({ processes }: Contender | LoadedSide): Record<string, number> =>
  Object.fromEntries(Object.entries(processes).map(([name, pid]) => [name, cpuMsOf([pid])]));
