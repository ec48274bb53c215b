import { readFile } from 'node:fs/promises';
import { matches } from '@takaro/contracts/validate';
import { Type, type Static } from 'typebox';
import type { Ratio } from './table.ts';

const Floors = Type.Record(Type.String(), Type.Object({ atLeast: Type.Optional(Type.Number()), atMost: Type.Optional(Type.Number()) }));

/** What no ratio may fall behind: far enough from what was measured that a noisy machine does not cross it, near enough to mean something. */
export async function readFloors(): Promise<Static<typeof Floors>> {
  const floors: unknown = JSON.parse(await readFile(`${import.meta.dirname}/floors.json`, 'utf8'));
  if (!matches<Static<typeof Floors>>(Floors, floors)) throw new Error('bench/floors.json is not a table of floors');
  return floors;
}

/** The ratios that are behind their floor, in words. A ratio without a floor is an error: it would never fail. */
export function behind(ratios: readonly Ratio[], floors: Static<typeof Floors>): string[] {
  return ratios.flatMap(({ id, value }) => {
    const floor = floors[id];
    if (!floor) return [`${id}: no floor is committed`];
    if (Number.isNaN(value)) return [`${id}: was not measured`];
    if (floor.atLeast !== undefined && value < floor.atLeast) return [`${id}: ${value.toFixed(2)} is below ${floor.atLeast}`];
    if (floor.atMost !== undefined && value > floor.atMost) return [`${id}: ${value.toFixed(2)} is above ${floor.atMost}`];
    return [];
  });
}
