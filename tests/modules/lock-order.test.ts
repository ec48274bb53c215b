import { heartbeatExecutions } from '@takaro/contracts/modules/executions';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { authorOf } from './author.ts';
import { addGameServer, readOrders, startModulesUnderTest, tell } from './modules-world.ts';
import { chat, personOn } from './people.ts';
import { runnerSide } from './runner-side.ts';

const RUNNING = 40;
const ROUNDS = 30;
let orders: Awaited<ReturnType<typeof readOrders>>;
const test = worldTest(startModulesUnderTest, { limits: { domainRunning: RUNNING } });
test.beforeAll(async ({ world }) => {
  orders = await readOrders(world);
});

test('leases are renewed and effects marked of the same executions, in any order, without waiting for each other', async ({
  world,
  domain,
}) => {
  const gameServerId = await addGameServer(world, domain);
  const author = await authorOf(world, domain);
  const module = await author.module();
  await author.command(module, 'ping');
  await author.install(module, gameServerId);
  for (let nr = 0; nr < RUNNING; nr += 1) await tell(world, chat(domain, personOn(gameServerId), '/ping'));
  await expect.poll(() => orders.of(domain), { timeout: 20_000 }).toHaveLength(RUNNING);
  const runner = await runnerSide(world, domain.id);
  for (const order of orders.of(domain)) expect(await runner.claim(order)).toMatchObject({ outcome: 'claimed', attempt: 1 });
  const ids = orders.of(domain).map(({ assignments }) => assignments[0]!.executionId);
  const running = ids.map((executionId) => ({ executionId, attempt: 1, effects: false }));

  for (let round = 0; round < ROUNDS; round += 1) {
    const answers = await Promise.all([
      ...orders.of(domain).map((order) => runner.markEffect(order, 1)),
      runner.call(heartbeatExecutions, { running: running.toReversed() }),
      runner.call(heartbeatExecutions, { running }),
    ]);

    expect(answers.slice(0, RUNNING)).toEqual(ids.map(() => ({ current: true })));
    expect(answers.slice(RUNNING)).toEqual([expect.objectContaining({ lost: [] }), expect.objectContaining({ lost: [] })]);
  }
}, 120_000);
