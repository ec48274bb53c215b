import { getExecution, searchExecutions } from '@takaro/contracts/modules/execution-history';
import { manualClock } from '@takaro/testing/clock';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { authorOf } from './author.ts';
import { addGameServer, limitsOf, readOrders, startModulesUnderTest, tell } from './modules-world.ts';
import { chat, personOn } from './people.ts';
import { runnerSide } from './runner-side.ts';

const PATIENT = { timeout: 20_000 };
const DAY_MS = 86_400_000;
/** Rows say by the clock of the database when they were made, so that this one begins with it. */
const clock = manualClock(Date.now());
const test = worldTest(startModulesUnderTest, { clock, limits: { leaseMs: 30 * DAY_MS } });
let orders: Awaited<ReturnType<typeof readOrders>>;
test.beforeAll(async ({ world }) => {
  orders = await readOrders(world);
});

/** Executions: one that succeeded, one that failed, and one that runs for as long as the test. */
async function three(world: World, domain: TestDomain) {
  const alice = personOn(await addGameServer(world, domain));
  const author = await authorOf(world, domain);
  const module = await author.module();
  await author.command(module, 'ping');
  await author.install(module, alice.pog.gameServerId, { commands: { ping: { cooldown: 1 } } });
  const runner = await runnerSide(world, domain.id);
  const results = [{ success: true }, { success: false }, null];
  for (const [index, result] of results.entries()) {
    const person = personOn(alice.pog.gameServerId, { name: `Player ${index}` });
    await tell(world, chat(domain, person, '/ping'));
    await expect.poll(() => orders.of(domain).length, PATIENT).toBe(index + 1);
    await runner.claim(orders.of(domain)[index]!);
    if (result) await runner.finish(orders.of(domain)[index]!, 1, result);
  }
  const ids = orders.of(domain).map(({ assignments }) => assignments[0]!.executionId);
  return { author, ids };
}

const entries = async (world: World, domain: TestDomain): Promise<number> =>
  (await world.adminSql(`select from "takaro_modules"."due" where "kind" = 'purge' and "domainId" = $1`, [domain.id])).length;

test('what ended is gone when it is older than events are kept, what runs is not, and another domain keeps its own', async ({
  world,
  domain,
  otherDomain,
}) => {
  limitsOf.set(domain.id, { eventRetentionDays: 3 });
  const [short, long] = [await three(world, domain), await three(world, otherDomain)];
  // The sweep that claims wake is due later than this test waits, by a clock that stands still.
  for (const { id } of [domain, otherDomain])
    await world.adminSql(
      `insert into "takaro_modules"."due" ("kind", "domainId", "key", "dueAt", "payload") values ('sweep', $1, 'executions', now(), '{}')
       on conflict ("kind", "domainId", "key") do update set "dueAt" = now() - interval '1 minute'`,
      [id],
    );
  await expect.poll(async () => [await entries(world, domain), await entries(world, otherDomain)], PATIENT).toEqual([1, 1]);

  clock.advance(2 * DAY_MS);
  await expect.poll(() => purgesBefore(world, clock.now()), PATIENT).toBe(0);
  expect((await short.author.call(searchExecutions, {})).total).toBe(3);
  clock.advance(2 * DAY_MS);

  await expect.poll(async () => (await short.author.call(searchExecutions, {})).rows.map(({ id }) => id), PATIENT).toEqual([short.ids[2]]);
  expect(await short.author.call(getExecution, { id: short.ids[2]! })).toMatchObject({ state: 'running' });
  expect((await long.author.call(searchExecutions, {})).total).toBe(3);
  expect(await world.adminSql(`select from "domain_${domain.id}"."cooldown"`)).toEqual([]);
});

const purgesBefore = async (world: World, now: number): Promise<number> =>
  (await world.adminSql(`select from "takaro_modules"."due" where "kind" = 'purge' and "dueAt" <= $1`, [new Date(now)])).length;
