import { consume } from '@takaro/bus';
import { createAssignment } from '@takaro/contracts/modules/assignments';
import { getExecution } from '@takaro/contracts/modules/execution-history';
import { ExecutionOrder } from '@takaro/contracts/modules/executions';
import { createFunction } from '@takaro/contracts/modules/functions';
import { uninstallModule } from '@takaro/contracts/modules/installations';
import { manualClock } from '@takaro/testing/clock';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { authorOf } from './author.ts';
import { lapse } from './lapse.ts';
import { addGameServer, startModulesUnderTest, tell } from './modules-world.ts';
import { chat, personOn } from './people.ts';
import { runnerSide } from './runner-side.ts';

const PATIENT = { timeout: 20_000 };
const MANY = 40;
const clock = manualClock('2026-03-01T12:00:00.000Z');
const test = worldTest(startModulesUnderTest, { clock });

/** Orders that came once, and what came again was told when it claimed its functions in that moment. */
interface Seen {
  readonly first: Map<string, ExecutionOrder>;
  readonly again: Map<string, readonly string[]>;
}
const seenBy = new Map<string, Seen>();

test.beforeAll(async ({ world }) => {
  await consume<ExecutionOrder>(await world.busFor('runner'), {
    stream: 'EXECUTIONS',
    schema: ExecutionOrder,
    react: async (order) => {
      const { first, again } = seenBy.get(order.domainId)!;
      if (!first.has(order.causeId)) return void first.set(order.causeId, order);
      const runner = await runnerSide(world, order.domainId);
      const outcomes: string[] = [];
      for (const index of order.assignments.keys()) outcomes.push((await runner.claim(order, index)).outcome);
      again.set(order.causeId, outcomes);
    },
  });
});

/** Many orders of a command with so many functions, all of them claimed. */
async function claimMany(world: World, domain: TestDomain, functions: number) {
  const seen: Seen = { first: new Map(), again: new Map() };
  seenBy.set(domain.id, seen);
  const author = await authorOf(world, domain);
  const alice = personOn(await addGameServer(world, domain));
  const module = await author.module();
  const command = await author.command(module, 'ping');
  for (let more = 1; more < functions; more += 1) {
    const { id } = await author.call(createFunction, { versionId: module.latestVersion.id, code: `// ${more}` });
    await author.call(createAssignment, { functionId: id, command: command.id });
  }
  await author.install(module, alice.pog.gameServerId);
  for (let count = 0; count < MANY; count += 1) await tell(world, chat(domain, alice, '/ping'));
  await expect.poll(() => seen.first.size, PATIENT).toBe(MANY);
  const orders = [...seen.first.values()];
  const runner = await runnerSide(world, domain.id);
  for (const order of orders) expect((await runner.claim(order)).outcome).toBe('claimed');
  return { seen, author, module, alice, orders, runner };
}

test('each of many runs that are lost together can be claimed in the moment in which its order comes again', async ({ world, domain }) => {
  const { seen } = await claimMany(world, domain, 1);

  await lapse(world, domain, clock);

  await expect.poll(() => seen.again.size, PATIENT).toBe(MANY);
  expect(new Set([...seen.again.values()].map((outcomes) => outcomes.join()))).toEqual(new Set(['claimed']));
}, 60_000);

test('what follows each of many interrupted runs can be claimed in the moment in which its order comes again', async ({
  world,
  domain,
}) => {
  const { seen, orders, runner } = await claimMany(world, domain, 2);
  for (const order of orders) await runner.markEffect(order, 1);

  await lapse(world, domain, clock);

  await expect.poll(() => seen.again.size, PATIENT).toBe(MANY);
  expect(new Set([...seen.again.values()].map((outcomes) => outcomes.join()))).toEqual(new Set(['finished,claimed']));
}, 60_000);

test('a run that was put back and whose module is gone meanwhile is refused', async ({ world, domain }) => {
  const { seen, author, module, alice, orders } = await claimMany(world, domain, 1);
  await author.call(uninstallModule, { moduleId: module.id, gameServerId: alice.pog.gameServerId });

  await lapse(world, domain, clock);

  await expect.poll(() => seen.again.size, PATIENT).toBe(MANY);
  for (const { assignments } of orders) {
    const { state, reason } = await author.call(getExecution, { id: assignments[0]?.executionId ?? '' });
    expect([state, reason]).toEqual(['refused', 'The module was disabled or uninstalled']);
  }
}, 60_000);
