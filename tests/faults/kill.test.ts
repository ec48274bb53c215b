import type { ServiceName } from '@takaro/contracts/services';
import { startSystem, type System } from '@takaro/testing/system';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsIn } from './history.ts';
import { backlogOf } from './quiet.ts';
import { openTown, type Town } from './town.ts';

const LEASE = { TAKARO_LIMIT_LEASE_MS: '5000', TAKARO_LIMIT_HEARTBEAT_LEASE_MS: '500' };
const PATIENT = { timeout: 120_000, interval: 250 };

let system: System;
let towns: readonly Town[] = [];

beforeAll(async () => {
  system = await startSystem({ environment: LEASE });
  towns = await Promise.all(['north', 'south'].map((name) => openTown(system, name)));
}, 240_000);

afterAll(async () => {
  for (const town of towns) await town[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
}, 60_000);

const killAtOnce = (service: ServiceName): number => {
  const pid = system.servicePid(service);
  if (pid === undefined) throw new Error(`${service} does not run`);
  process.kill(pid, 'SIGKILL');
  return pid;
};

/** Kills a service in the middle of 20 commands a second from each town, and waits until it is back. */
async function killMidFlow(service: ServiceName, ready: () => Promise<unknown> = async () => undefined): Promise<void> {
  let killed: number | undefined;
  const kill = async (): Promise<void> => {
    await expect.poll(() => system.servicePid(service) !== undefined).toBe(true);
    const from = Date.now();
    await expect.poll(() => Date.now() - from, PATIENT).toBeGreaterThan(1_000);
    await ready();
    killed = killAtOnce(service);
    await expect.poll(() => Date.now() - from, PATIENT).toBeGreaterThan(4_000);
  };
  const killing = kill();
  await Promise.all(towns.map((town) => town.talk(service, 20, () => killing)));
  await system.ready();
  expect(system.servicePid(service)).not.toBe(killed);
}

async function untilQuiet(): Promise<void> {
  await expect.poll(async () => (await Promise.all(towns.map((town) => town.unfinished()))).join(), PATIENT).toBe('0,0');
  await expect.poll(async () => (await backlogOf(system)).waiting, PATIENT).toBe(0);
  await expect.poll(async () => (await Promise.all(towns.map((town) => town.unfinished()))).join(), PATIENT).toBe('0,0');
}

describe('kill -9 under load from two tenants', () => {
  test('of the runner while functions run: what had no effect runs again, what had one is interrupted', { timeout: 180_000 }, async () => {
    await killMidFlow('runner', async () => {
      for (const town of towns) {
        town.say('before', 'quiet');
        town.say('after', 'loud');
      }
      const caught = async (town: Town) => town.hasAnswered('loud') && (await linger(town)) === 'running,running';
      await expect.poll(async () => (await Promise.all(towns.map(caught))).every(Boolean), { ...PATIENT, interval: 50 }).toBe(true);
    });
    await untilQuiet();

    for (const town of towns) expect(await linger(town)).toBe('succeeded,interrupted');
  });

  test('of modules and of players: they are back and take up what waits', { timeout: 180_000 }, async () => {
    await killMidFlow('modules');
    await killMidFlow('players');
    await untilQuiet();
  });

  test('every accepted command has one execution that is over, and no effect twice', { timeout: 180_000 }, async () => {
    for (const town of towns) {
      await expect.poll(async () => faultsIn(await town.history()), { timeout: 20_000, interval: 1_000 }).toEqual([]);
      expect((await town.history()).accepted.length).toBeGreaterThan(150);
    }
    expect((await backlogOf(system)).dead).toBe(0);
  });

  test('who is online is who is online', { timeout: 60_000 }, async () => {
    for (const town of towns) {
      const { known, real } = await town.online();
      expect(known).toEqual(real);
    }
  });
});

/** How the two commands that take a while stand: the one that answers after, and the one that answers before. */
async function linger(town: Town): Promise<string> {
  const executions = await town.executions();
  return ['before', 'after'].map((name) => executions.find(({ componentName }) => componentName === name)?.state).join();
}
