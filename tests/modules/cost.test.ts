import { ServiceError } from '@takaro/contracts/errors';
import type { ExecutionOrder } from '@takaro/contracts/modules/executions';
import { uninstallModule } from '@takaro/contracts/modules/installations';
import { captureHold, holdCurrency, releaseHold } from '@takaro/contracts/players/internal';
import { executionIdOf } from '@takaro/modules/executions/orders';
import { manualClock } from '@takaro/testing/clock';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { authorOf } from './author.ts';
import { lapse } from './lapse.ts';
import { addGameServer, readOrders, startModulesUnderTest, tell, whispers } from './modules-world.ts';
import { chat, personOn } from './people.ts';
import { runnerSide } from './runner-side.ts';

const clock = manualClock('2026-03-01T12:00:00.000Z');
/** What players was asked about money, by execution. */
const asked = new Map<string, string[]>();
const note = (executionId: string, what: string): void => void asked.set(executionId, [...(asked.get(executionId) ?? []), what]);
const poor = new Set<string>();
const test = worldTest(
  async (world) => {
    await world.neighbour(holdCurrency, ({ executionId, playerId, amount }) => {
      if (poor.has(playerId)) throw new ServiceError('NOT_ENOUGH_CURRENCY');
      note(executionId, `hold ${amount}`);
      return {};
    });
    await world.neighbour(captureHold, ({ executionId }) => {
      note(executionId, 'capture');
      return { captured: true };
    });
    await world.neighbour(releaseHold, ({ executionId }) => {
      note(executionId, 'release');
      return {};
    });
    await startModulesUnderTest(world);
  },
  { clock },
);
let orders: Awaited<ReturnType<typeof readOrders>>;
test.beforeAll(async ({ world }) => {
  orders = await readOrders(world);
});

/** Where `/buy` costs 10, and no player may have it again within so many seconds. */
async function shop(world: World, domain: TestDomain, cooldown = 0) {
  const gameServerId = await addGameServer(world, domain);
  const author = await authorOf(world, domain);
  const module = await author.module();
  await author.command(module, 'buy');
  await author.install(module, gameServerId, { commands: { buy: { cost: 10, cooldown } } });
  const buy = async (who = personOn(gameServerId)): Promise<ExecutionOrder> => {
    const before = orders.of(domain).length;
    await tell(world, chat(domain, who, '/buy'));
    await expect.poll(() => orders.of(domain)).toHaveLength(before + 1);
    return orders.of(domain)[before]!;
  };
  return { gameServerId, author, module, buy, runner: await runnerSide(world, domain.id) };
}

const idOf = ({ assignments }: ExecutionOrder): string => assignments[0]!.executionId;

test('what a command costs is held before it is queued and taken once when it succeeded', async ({ world, domain }) => {
  const { buy, runner } = await shop(world, domain);
  const order = await buy();
  expect(asked.get(idOf(order))).toEqual(['hold 10']);

  await runner.claim(order);
  await runner.finish(order, 1);
  await runner.finish(order, 1);

  expect(asked.get(idOf(order))).toEqual(['hold 10', 'capture']);
});

test('it is given back when the command failed', async ({ world, domain }) => {
  const { buy, runner } = await shop(world, domain);
  const order = await buy();

  await runner.claim(order);
  await runner.finish(order, 1, { success: false });

  expect(asked.get(idOf(order))).toEqual(['hold 10', 'release']);
});

test('it is given back when the command was refused', async ({ world, domain }) => {
  const { buy, runner, author, module, gameServerId } = await shop(world, domain);
  const order = await buy();
  await author.call(uninstallModule, { moduleId: module.id, gameServerId });

  expect(await runner.claim(order)).toEqual({ outcome: 'refused' });

  expect(asked.get(idOf(order))).toEqual(['hold 10', 'release']);
});

test('it is given back when the command was interrupted', async ({ world, domain }) => {
  const { buy, runner } = await shop(world, domain);
  const order = await buy();
  await runner.claim(order);
  await runner.markEffect(order, 1);

  await lapse(world, domain, clock);

  await expect.poll(() => asked.get(idOf(order)), { timeout: 8_000 }).toEqual(['hold 10', 'release']);
});

test('who cannot pay is told so, and nothing is queued', async ({ world, domain }) => {
  const { gameServerId } = await shop(world, domain);
  const bob = personOn(gameServerId, { name: 'Bob' });
  poor.add(bob.player.id);

  await tell(world, chat(domain, bob, '/buy'));

  await expect.poll(() => whispers.get(domain.id)).toEqual([expect.stringContaining('enough currency')]);
  expect(orders.of(domain)).toEqual([]);
});

test('who cannot pay is told so first, also while the command cools down', async ({ world, domain }) => {
  const { gameServerId, buy } = await shop(world, domain, 60);
  const alice = personOn(gameServerId);
  await buy(alice);
  poor.add(alice.player.id);

  await tell(world, chat(domain, alice, '/buy'));

  await expect.poll(() => whispers.get(domain.id)).toEqual([expect.stringContaining('enough currency')]);
});

test('what is held for a command that cools down is given back, and what is held for the run before stays', async ({ world, domain }) => {
  const { gameServerId, buy } = await shop(world, domain, 60);
  const alice = personOn(gameServerId);
  const order = await buy(alice);
  const again = chat(domain, alice, '/buy');

  await tell(world, again);

  await expect.poll(() => whispers.get(domain.id)).toEqual([expect.stringContaining('one command at a time')]);
  const closedId = executionIdOf(again.id, order.installationId, order.assignments[0]!.assignmentId);
  expect([asked.get(idOf(order)), asked.get(closedId)]).toEqual([['hold 10'], ['hold 10', 'release']]);
});
