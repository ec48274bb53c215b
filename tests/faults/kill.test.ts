import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lingering, openSiege, PATIENT, type Siege } from './siege.ts';
import type { Town } from './town.ts';

let siege: Siege;

beforeAll(async () => {
  siege = await openSiege();
}, 240_000);

afterAll(async () => {
  await siege?.[Symbol.asyncDispose]();
}, 60_000);

/** Lets two functions begin in each town, of which one has had its effect. */
async function beginToLinger(): Promise<void> {
  for (const town of siege.towns) {
    town.say('before', 'quiet');
    town.say('after', 'loud');
  }
  const isCaught = async (town: Town) => town.hasAnswered('loud') && (await lingering(town)) === 'running,running';
  const areCaught = async () => (await Promise.all(siege.towns.map(isCaught))).every(Boolean);
  await expect.poll(areCaught, { ...PATIENT, interval: 50 }).toBe(true);
}

describe('kill -9 under load from two tenants', () => {
  test('of the runner while functions run: what had no effect runs again, what had one is interrupted', { timeout: 180_000 }, async () => {
    await siege.killMidFlow('runner', { ready: beginToLinger });
    await siege.untilQuiet();

    for (const town of siege.towns) expect(await lingering(town)).toBe('succeeded,interrupted');
  });

  test('of modules and of players: they are back and take up what waits', { timeout: 180_000 }, async () => {
    await siege.killMidFlow('modules');
    await siege.killMidFlow('players');
    await siege.untilQuiet();
  });

  test('every accepted command has one execution that is over, and no effect twice', { timeout: 180_000 }, async () => {
    await expect.poll(() => siege.faults(), { timeout: 20_000, interval: 1_000 }).toEqual([]);
    for (const town of siege.towns) expect((await town.history()).accepted.length).toBeGreaterThan(150);
  });

  test('who is online is who is online', { timeout: 60_000 }, async () => {
    for (const town of siege.towns) {
      const { known, real } = await town.online();
      expect(known).toEqual(real);
    }
  });
});
