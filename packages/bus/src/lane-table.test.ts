import { describe, expect, test } from 'vitest';
import { EMPTY, holdings, type LaneTable, parseLaneTable, takeTurn } from './lane-table.ts';

const LANES = 16;

/** Replicas that take their turns one after the other, as compare and set makes them. */
function play() {
  let table: LaneTable = EMPTY;
  const living = new Set<string>();
  const leaving = new Set<string>();
  const releasing = new Map<string, Set<number>>();
  const turn = (name: string): void => {
    const done = releasing.get(name) ?? new Set();
    const isLeaving = leaving.has(name);
    const me = { name, run: name };
    const isAlive = (other: string) => living.has(other);
    const move = takeTurn({ table, me, lanes: LANES, isAlive, releasing: done, released: done, leaving: isLeaving });
    table = move.table;
    releasing.set(name, new Set(move.surplus));
    if (isLeaving && !table.members[name]) living.delete(name);
  };
  return {
    living,
    leaving,
    turn,
    kill: (name: string) => living.delete(name),
    settle: () => {
      for (let round = 0; round < 4; round += 1) for (const name of living) turn(name);
    },
    counts: () => [...living].map((name) => holdings(table, name).length).toSorted((a, b) => a - b),
    holders: () => table.holders,
  };
}

describe('the table of lanes', () => {
  test('gives one replica all lanes at its first turn', () => {
    const game = play();
    game.living.add('a');

    game.turn('a');

    expect(game.counts()).toEqual([16]);
  });

  test('gives each of three replicas five or six, and moves no lane that may stay', () => {
    const game = play();
    for (const name of ['a', 'b']) game.living.add(name);
    game.settle();
    const before = { ...game.holders() };

    game.living.add('c');
    game.settle();

    expect(game.counts()).toEqual([5, 5, 6]);
    const moved = Object.entries(game.holders()).filter(([lane, name]) => before[lane] !== name);
    expect(moved.map(([, name]) => name)).toEqual(moved.map(() => 'c'));
  });

  test('leaves no lane without a holder and none to the dead or those who left, whoever comes and goes', () => {
    const game = play();
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    for (let step = 0; step < 500; step += 1) {
      const names = [...game.living];
      const someone = names[random(Math.max(1, names.length))];
      const choice = random(4);
      if (choice === 0 || someone === undefined) game.living.add(`replica-${step}`);
      else if (choice === 1 && names.length > 1) game.kill(someone);
      else if (choice === 2) game.leaving.add(someone);
      else game.turn(someone);
      if (step % 5 > 0) continue;
      game.settle();
      if (game.living.size === 0) continue;
      expect(Object.keys(game.holders())).toHaveLength(LANES);
      const counts = game.counts();
      expect((counts.at(-1) ?? 0) - (counts[0] ?? 0)).toBeLessThanOrEqual(1);
    }
  });

  test('is begun anew when what is stored cannot be read', () => {
    expect(parseLaneTable('{"members":3}')).toEqual(EMPTY);
    expect(parseLaneTable('nonsense')).toEqual(EMPTY);
  });
});
