import { setTimeout as delay } from 'node:timers/promises';
import { createCronJob } from '@takaro/contracts/modules/cron-jobs';
import { startModulesProcess } from '@takaro/modules/service';
import { manualClock } from '@takaro/testing/clock';
import { openWorld, type World } from '@takaro/testing/world';
import { expect, test } from 'vitest';
import { loadWithout } from '../faults/load-without.ts';
import { authorOf } from './author.ts';
import { addGameServer, readOrders, startNeighbours } from './modules-world.ts';

const JOBS = 50;
const MINUTES = 20;
const SLOTS = JOBS * MINUTES;
const PATIENT = { timeout: 10_000 };
/** Schedulers look four times a second: by then whoever else takes a slot has taken it. */
const SETTLED_MS = 1_000;

type Start = typeof startModulesProcess;

/** A world with two processes of modules, whose minutes pass as they are told to. */
async function openSchedulers(start: Start): Promise<{ world: World; pass: () => void }> {
  const clock = manualClock('2026-03-01T12:00:00.000Z');
  // What waits and what runs here stands still while the clock jumps.
  const world = await openWorld({ clock, limits: { leaseMs: 30 * 86_400_000, domainWaiting: 10_000 } });
  await startNeighbours(world);
  await world.start('modules', start);
  await world.start('modules', start);
  return { world, pass: () => clock.advance(60_000) };
}

interface Run {
  readonly slots: number;
  /** Of the executions that were ordered. */
  readonly ids: readonly string[];
}

/** Lets minutes pass in which so many cron jobs come due, until they are over or more was ordered than came due. */
async function runSlots(start: Start): Promise<Run> {
  const { world, pass } = await openSchedulers(start);
  await using _ = world;
  const orders = await readOrders(world);
  const domain = await world.domain();
  const author = await authorOf(world, domain);
  const module = await author.module();
  const { id: versionId } = module.latestVersion;
  for (let job = 0; job < JOBS; job += 1) await author.call(createCronJob, { name: `job ${job}`, temporalValue: '* * * * *', versionId });
  await author.install(module, await addGameServer(world, domain));
  const ids = (): string[] => orders.of(domain).flatMap(({ assignments }) => assignments.map(({ executionId }) => executionId));
  let slots = 0;
  while (slots < SLOTS && ids().length === slots) {
    slots += JOBS;
    pass();
    await expect.poll(() => ids().length, PATIENT).toBeGreaterThanOrEqual(slots);
  }
  await delay(SETTLED_MS);
  return { slots, ids: ids() };
}

test('two schedulers run 1,000 slots exactly once', { timeout: 120_000 }, async () => {
  const { slots, ids } = await runSlots(startModulesProcess);

  expect([slots, ids.length, new Set(ids).size]).toEqual([SLOTS, SLOTS, SLOTS]);
});

test('they run slots twice where neither holds what it takes and a slot has no id of its own', { timeout: 120_000 }, async () => {
  const unguarded = await loadWithout('slots', ['/services/modules/', '/packages/tenant-db/'], () => import('@takaro/modules/service'));

  const { slots, ids } = await runSlots(unguarded.startModulesProcess);

  expect(ids.length).toBeGreaterThan(slots);
});
