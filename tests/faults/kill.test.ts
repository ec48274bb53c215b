import { setTimeout as delay } from 'node:timers/promises';
import type { System } from '@takaro/testing/system';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lingering, lingeringWhy, openSiege, type Siege, startBesieged, type Target } from './siege.ts';
import type { Town } from './town.ts';
import { until } from './until.ts';

const PACE = { commands: 20, others: 10, requests: 2 };
const KILL_AFTER_MS = 1_000;
const TALK_MS = 4_000;

let system: System;
let siege: Siege;

beforeAll(async () => {
  system = await startBesieged();
  siege = await openSiege(system, ['north', 'south']);
}, 240_000);

afterAll(async () => {
  await siege?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
}, 60_000);

/** Kills in the middle of what happens in both towns, as soon as `ready` settled, and waits until it is back. */
async function killMidFlow(target: Target, ready = async (): Promise<void> => undefined): Promise<void> {
  await siege.talk(target, PACE, async () => {
    await delay(KILL_AFTER_MS);
    await ready();
    await siege.strike(target);
    await delay(TALK_MS - KILL_AFTER_MS);
  });
  await system.ready();
}

/** Lets two functions begin in each town, of which one has had its effect. */
async function beginToLinger(): Promise<void> {
  for (const town of siege.towns) {
    town.say('before', 'quiet');
    town.say('after', 'loud');
  }
  const hasSpoken = (town: Town): boolean => town.commands().some(({ mark, answeredAt }) => mark === 'loud' && answeredAt.length > 0);
  const isCaught = async (town: Town): Promise<boolean> => hasSpoken(town) && (await lingering(town)) === 'running,running';
  const areCaught = async (): Promise<boolean> => (await Promise.all(siege.towns.map(isCaught))).every(Boolean);
  await until('running', areCaught, { intervalMs: 50 });
}

describe('kill -9 under load from two tenants', () => {
  test('of the runner while functions run: what had no effect runs again, what had one is interrupted', { timeout: 180_000 }, async () => {
    await killMidFlow('runner', beginToLinger);
    await siege.untilQuiet();

    for (const town of siege.towns) expect(await lingering(town), await lingeringWhy(town)).toBe('succeeded,interrupted');
  });

  test('of modules and of players: they are back and take up what waits', { timeout: 180_000 }, async () => {
    await killMidFlow('modules');
    await killMidFlow('players');
    await siege.untilQuiet();
  });

  test(
    'everything accepted is stored once, every command has one execution that is over, no effect twice, and who is online is',
    {
      timeout: 180_000,
    },
    async () => {
      await expect.poll(async () => (await siege.verdict()).faults, { timeout: 20_000, interval: 1_000 }).toEqual([]);
      const { tally } = await siege.verdict();
      expect(tally).toEqual({ ...tally, final: tally.accepted, doubled: 0 });
      expect(tally.accepted).toBeGreaterThan(500);
    },
  );
});
