import { getExecution } from '@takaro/contracts/modules/execution-history';
import { manualClock } from '@takaro/testing/clock';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import type { Author } from './author.ts';
import { gracesOf, lapse, nextSweepAt, setSweep, standStill } from './lapse.ts';
import { readEvents, readOrders, startModulesUnderTest } from './modules-world.ts';
import { pingedOn } from './pinged.ts';

/** For what a tick of the service has to notice. */
const PATIENT = { timeout: 8_000 };
const clock = manualClock('2026-03-01T12:00:00.000Z');
const test = worldTest(startModulesUnderTest, { clock });
let orders: Awaited<ReturnType<typeof readOrders>>;
let events: Awaited<ReturnType<typeof readEvents>>;
test.beforeAll(async ({ world }) => {
  orders = await readOrders(world);
  events = await readEvents(world);
});

const ping = (world: World, domain: TestDomain, functions = 1) => pingedOn(world, domain, orders, functions);
const state = async (author: Author, id: string) => (await author.call(getExecution, { id })).state;

test('a lost run without an effect is put back once, and what the lost one says is refused', async ({ world, domain }) => {
  const { runner, order, author } = await ping(world, domain);
  const id = order.assignments[0]!.executionId;
  await runner.claim(order);

  await lapse(world, domain, clock);
  await expect.poll(() => orders.of(domain), PATIENT).toHaveLength(2);

  await expect.poll(() => state(author, id)).toBe('queued');
  expect(await runner.heartbeat(order, 1)).toEqual({ lost: [id], renewed: [] });
  expect(await runner.markEffect(order, 1)).toEqual({ current: false });
  expect(await runner.claim(orders.of(domain)[1]!)).toMatchObject({ outcome: 'claimed', attempt: 2 });
  expect(await runner.finish(order, 1, { success: false })).toEqual({ current: false });
  expect(await runner.finish(order, 2)).toEqual({ current: true });
  expect(await state(author, id)).toBe('succeeded');
});

test('one that is lost twice is interrupted, which is told', async ({ world, domain }) => {
  const { runner, order, author } = await ping(world, domain);
  await runner.claim(order);
  await lapse(world, domain, clock);
  await expect.poll(() => orders.of(domain), PATIENT).toHaveLength(2);
  await runner.claim(order);

  await lapse(world, domain, clock);

  await expect.poll(() => state(author, order.assignments[0]!.executionId), PATIENT).toBe('interrupted');
  await expect.poll(() => events.of(domain, 'command-executed')).toHaveLength(1);
});

test('one that had an effect is interrupted at once, and the next function of the order still runs', async ({ world, domain }) => {
  const { runner, order, author } = await ping(world, domain, 2);
  await runner.claim(order);
  expect(await runner.markEffect(order, 1)).toEqual({ current: true });

  await lapse(world, domain, clock);

  await expect.poll(() => state(author, order.assignments[0]!.executionId), PATIENT).toBe('interrupted');
  await expect.poll(() => orders.of(domain), PATIENT).toHaveLength(2);
  expect(await runner.claim(order, 0)).toEqual({ outcome: 'finished' });
  expect(await runner.claim(order, 1)).toMatchObject({ outcome: 'claimed' });
});

test('one whose heartbeats nobody could store for a while is not lost, as long as they come again', async ({ world, domain }) => {
  const { runner, order, author } = await ping(world, domain);
  const id = order.assignments[0]!.executionId;
  await runner.claim(order);
  await runner.markEffect(order, 1);

  await standStill(world, domain, clock);
  expect(await runner.heartbeat(order, 1)).toMatchObject({ lost: [] });
  clock.advance(10_000);
  await expect.poll(() => nextSweepAt(world, domain), PATIENT).toBe(clock.now() + 5_000);

  expect(await state(author, id)).toBe('running');
  expect(await runner.finish(order, 1)).toEqual({ current: true });
  expect(await state(author, id)).toBe('succeeded');
});

test('nor is it where the sweep that would have come in time failed', async ({ world, domain }) => {
  const { runner, order, author } = await ping(world, domain);
  await runner.claim(order);
  await setSweep(world, domain, clock.now() + 60_000, 0);
  clock.advance(20_000);

  await setSweep(world, domain, clock.now(), 1);
  await expect.poll(() => gracesOf(world, domain), PATIENT).toBe(1);

  expect(await runner.heartbeat(order, 1)).toMatchObject({ lost: [] });
  expect(await state(author, order.assignments[0]!.executionId)).toBe('running');
});

test('a sweep that is late each time finds what is lost in the end', async ({ world, domain }) => {
  const { runner, order, author } = await ping(world, domain);
  await runner.claim(order);
  for (const times of [1, 2, 3]) await standStill(world, domain, clock, times);

  clock.advance(20_000);

  await expect.poll(() => orders.of(domain), PATIENT).toHaveLength(2);
  expect(await state(author, order.assignments[0]!.executionId)).toBe('queued');
});

test('a heartbeat keeps a run', async ({ world, domain }) => {
  const { runner, order, author } = await ping(world, domain);
  await runner.claim(order);

  clock.advance(10_000);
  const { lost, renewed } = await runner.heartbeat(order, 1);
  expect([lost, renewed.map(({ executionId }) => executionId)]).toEqual([[], [order.assignments[0]!.executionId]]);
  clock.advance(10_000);

  expect(await runner.finish(order, 1)).toEqual({ current: true });
  expect(await state(author, order.assignments[0]!.executionId)).toBe('succeeded');
});
