import { jetstreamManager } from '@nats-io/jetstream';
import { newId } from '@takaro/contracts/ids';
import { getExecution, rerunExecution, searchExecutions } from '@takaro/contracts/modules/execution-history';
import { uninstallModule } from '@takaro/contracts/modules/installations';
import { manualClock } from '@takaro/testing/clock';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { authorOf } from './author.ts';
import { lapse } from './lapse.ts';
import { addGameServer, readOrders, startModulesUnderTest, tell } from './modules-world.ts';
import { chat, personOn } from './people.ts';
import { runnerSide } from './runner-side.ts';

const PATIENT = { timeout: 20_000 };
const clock = manualClock('2026-03-01T12:00:00.000Z');
const test = worldTest(startModulesUnderTest, { clock });
let orders: Awaited<ReturnType<typeof readOrders>>;
test.beforeAll(async ({ world }) => {
  orders = await readOrders(world);
});

/** A command that ran and failed. */
async function failed(world: World, domain: TestDomain) {
  const alice = personOn(await addGameServer(world, domain));
  const author = await authorOf(world, domain);
  const module = await author.module();
  await author.command(module, 'ping', { arguments: [{ name: 'what', type: 'string', position: 0, defaultValue: 'pong' }] });
  await author.install(module, alice.pog.gameServerId);
  await tell(world, chat(domain, alice, '/ping hello'));
  await expect.poll(() => orders.of(domain), PATIENT).toHaveLength(1);
  const order = orders.of(domain)[0]!;
  const runner = await runnerSide(world, domain.id);
  const first = await runner.claim(order);
  await runner.finish(order, 1, { success: false });
  return { alice, author, module, order, runner, first, id: order.assignments[0]!.executionId };
}

test('a person runs a failed execution again: once, with the same data, as an execution of its own', async ({ world, domain }) => {
  const { author, runner, order, first, id } = await failed(world, domain);

  const again = await author.call(rerunExecution, { id });

  expect(again).toMatchObject({ state: 'queued', rerunOf: id, attempt: 0, componentName: 'ping' });
  expect(again.id).not.toBe(id);
  await expect.poll(() => orders.of(domain), PATIENT).toHaveLength(2);
  const order2 = orders.of(domain)[1]!;
  const answers = [await runner.claim(order2), await runner.claim(order2)];
  expect(answers.map(({ outcome }) => outcome)).toEqual(['claimed', 'taken']);
  expect(answers[0]).toMatchObject({ attempt: 1, data: first.outcome === 'claimed' ? first.data : {} });
  await runner.finish(order2, 1);
  expect(await author.call(getExecution, { id: again.id })).toMatchObject({ state: 'succeeded', rerunOf: id });
  expect(await author.call(getExecution, { id })).toMatchObject({ state: 'failed', rerunOf: null });
  expect(await runner.claim(order)).toEqual({ outcome: 'finished' });
});

test('one that was interrupted can be run again', async ({ world, domain }) => {
  const { alice, author, runner } = await failed(world, domain);
  await tell(world, chat(domain, alice, '/ping'));
  await expect.poll(() => orders.of(domain), PATIENT).toHaveLength(2);
  const order = orders.of(domain)[1]!;
  await runner.claim(order);
  await runner.markEffect(order, 1);
  await lapse(world, domain, clock);
  const id = order.assignments[0]!.executionId;
  await expect.poll(async () => (await author.call(getExecution, { id })).state, PATIENT).toBe('interrupted');

  await author.call(rerunExecution, { id });

  await expect.poll(() => orders.of(domain), PATIENT).toHaveLength(3);
  expect(await runner.claim(orders.of(domain)[2]!)).toMatchObject({ outcome: 'claimed' });
});

test('what runs, what succeeded and what is not there cannot be run again, and nothing is queued', async ({ world, domain }) => {
  const { alice, author, runner, id } = await failed(world, domain);
  await tell(world, chat(domain, alice, '/ping'));
  await expect.poll(() => orders.of(domain), PATIENT).toHaveLength(2);
  const order = orders.of(domain)[1]!;
  await runner.claim(order);
  const other = order.assignments[0]!.executionId;

  await expect(author.call(rerunExecution, { id: other })).rejects.toMatchObject({
    code: 'EXECUTION_NOT_RERUNNABLE',
    params: { state: 'running' },
  });
  await runner.finish(order, 1);
  await expect(author.call(rerunExecution, { id: other })).rejects.toMatchObject({ params: { state: 'succeeded' } });
  await expect(author.call(rerunExecution, { id: newId() })).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
  expect((await author.call(searchExecutions, { filters: { rerunOf: [id, other] } })).total).toBe(0);
});

test('what is not installed any more cannot be run again', async ({ world, domain }) => {
  const { alice, author, module, id } = await failed(world, domain);
  await author.call(uninstallModule, { moduleId: module.id, gameServerId: alice.pog.gameServerId });

  await expect(author.call(rerunExecution, { id })).rejects.toMatchObject({ code: 'INSTALLATION_NOT_FOUND' });
});

test('what waits in the table is queued again when the stream lost it', async ({ world, domain }) => {
  const { author, runner, id } = await failed(world, domain);
  const again = await author.call(rerunExecution, { id });
  await expect.poll(() => orders.of(domain), PATIENT).toHaveLength(2);
  // The reader of this test took the order and did nothing with it; the streams are made anew, as after the loss of their disk.
  const manager = await jetstreamManager(await world.natsFor('setup'));
  const { config } = await manager.streams.info('EXECUTIONS');
  const consumers = await manager.consumers.list('EXECUTIONS').next();
  await manager.streams.delete('EXECUTIONS');
  await manager.streams.add(config);
  for (const { config: consumer } of consumers) await manager.consumers.add('EXECUTIONS', consumer);
  orders = await readOrders(world);

  clock.advance(30_000);

  await expect.poll(() => orders.of(domain).map(({ assignments }) => assignments[0]?.executionId), PATIENT).toContain(again.id);
  expect(await runner.claim(orders.of(domain)[0]!)).toMatchObject({ outcome: 'claimed', attempt: 1 });
});
