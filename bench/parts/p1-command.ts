import { interleave } from '../interleave.ts';
import { bareOf } from '../peers/bare-of-system.ts';
import { cpuOfAll, median, rateOf } from '../stats.ts';
import { cpuLine, rowOf } from '../table.ts';
import { takaroCommand } from '../takaro/command.ts';
import { openCommunity } from '../takaro/community.ts';
import { type Part, ROUND_HEAD } from './part.ts';

const PLAYERS = Array.from({ length: 32 }, (_, index) => `Player${index}`);
const WINDOW = 32;

/** P1: from a chat message in the game to the function's message in the game, beside the bare row with a new context per run. */
export const commandInGame: Part = async ({ system, rounds, divide, say }) => {
  await using open = new AsyncDisposableStack();
  const community = open.use(await openCommunity(system, 'bench-commands', PLAYERS));
  const bare = open.use(await bareOf(system));
  const takaro = takaroCommand(system, community, PLAYERS);
  const sides = [takaro, bare];

  say('P1, one at a time');
  const single = await interleave(sides, { count: Math.ceil(300 / divide), window: 1, rounds }, say);
  say(`P1, ${WINDOW} at once`);
  const many = await interleave(sides, { count: Math.ceil(1_500 / divide), window: WINDOW, rounds }, say);

  const of = (results: typeof single, { name }: { name: string }) => results.get(name) ?? [];
  const p50 = (side: { name: string }): number => median(of(single, side).map(({ p50Ms }) => p50Ms));
  const rate = (side: { name: string }): number => median(of(many, side).map(rateOf));
  const cpu = (side: { name: string }): number => median(of(many, side).map(cpuOfAll));
  return {
    title: 'P1: a command in the game',
    head: ROUND_HEAD,
    rows: sides.flatMap((side) => [rowOf(`${side.name}, 1`, of(single, side)), rowOf(`${side.name}, ${WINDOW}`, of(many, side))]),
    notes: [`CPU ms a command, ${WINDOW} at once: ${cpuLine(of(many, takaro))}`],
    ratios: [
      { id: 'P1 p50 / bare', value: p50(takaro) / p50(bare), target: '<= 3' },
      { id: 'P1 rate / bare', value: rate(takaro) / rate(bare), target: '>= 0.4' },
      { id: 'P1 CPU ms', value: cpu(takaro), target: '<= 4' },
      { id: 'P1 CPU / bare', value: cpu(takaro) / cpu(bare), target: '(the same, whatever the machine)' },
    ],
  };
};
