import { deriveId } from '@takaro/contracts/ids';
import { createCronJob, triggerCronJob, updateCronJob } from '@takaro/contracts/modules/cron-jobs';
import { searchExecutions } from '@takaro/contracts/modules/execution-history';
import { installModule } from '@takaro/contracts/modules/installations';
import { ensureCronJobs } from '@takaro/contracts/modules/internal';
import { startModulesProcess } from '@takaro/modules/service';
import { manualClock } from '@takaro/testing/clock';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { authorOf } from './author.ts';
import { addGameServer, eventOf, readEvents, readOrders, startNeighbours, tell, timezoneOf } from './modules-world.ts';
import { runnerSide } from './runner-side.ts';

const clock = manualClock('2026-03-01T12:00:00.000Z');
const PATIENT = { timeout: 20_000 };
const CLAIMED = { outcome: 'claimed' };
let orders: Awaited<ReturnType<typeof readOrders>>;
let events: Awaited<ReturnType<typeof readEvents>>;
const test = worldTest(
  async (world) => {
    await startNeighbours(world);
    await world.start('modules', startModulesProcess);
    await world.start('modules', startModulesProcess);
  },
  // What waits and what runs here stands still while the clock jumps.
  { clock, limits: { leaseMs: 30 * 86_400_000, domainWaiting: 10_000 } },
);
test.beforeAll(async ({ world }) => {
  orders = await readOrders(world);
  events = await readEvents(world);
});

async function nextDue(world: World, domain: TestDomain): Promise<number | undefined> {
  const [row] = await world.adminSql<{ dueAt: Date }>(
    `select min("dueAt") as "dueAt" from "takaro_modules"."due" where "kind" = 'cron' and "domainId" = $1`,
    [domain.id],
  );
  return row?.dueAt.getTime();
}

test('a cron job that lost its entry is scheduled again when that is asked for, and no other moves', async ({ world, domain }) => {
  const author = await authorOf(world, domain);
  const module = await author.module();
  const { id: versionId } = module.latestVersion;
  for (const name of ['lost', 'kept']) await author.call(createCronJob, { name, temporalValue: '0 0 1 1 *', versionId });
  await author.install(module, await addGameServer(world, domain));
  const entries = () =>
    world.adminSql<{ key: string; dueAt: Date }>(
      `select "key", "dueAt" from "takaro_modules"."due" where "kind" = 'cron' and "domainId" = $1 order by "key"`,
      [domain.id],
    );
  const before = await entries();
  await world.adminSql(`delete from "takaro_modules"."due" where "key" = $1`, [before[0]!.key]);
  const late = new Date(clock.now() + 3_600_000);
  await world.adminSql(`update "takaro_modules"."due" set "dueAt" = $2 where "key" = $1`, [before[1]!.key, late]);
  const gameservers = await world.busFor('gameservers');

  const token = await world.tokens.service('gameservers', domain.id);
  await gameservers.call(ensureCronJobs, {}, { domainId: domain.id, token });

  expect(await entries()).toEqual([before[0], { ...before[1], dueAt: late }]);
});

test('of several slots that were missed none is run, and the next one is', async ({ world, domain }) => {
  const author = await authorOf(world, domain);
  const module = await author.module();
  await author.call(createCronJob, { name: 'hourly', temporalValue: '0 * * * *', versionId: module.latestVersion.id });
  await author.install(module, await addGameServer(world, domain));

  clock.advance(5 * 3_600_000);
  await author.call(createCronJob, { name: 'minutely', temporalValue: '* * * * *', versionId: module.latestVersion.id });
  clock.advance(60_000);

  await expect.poll(() => orders.of(domain).map(({ componentName }) => componentName), { timeout: 5_000 }).toEqual(['minutely']);
  clock.advance(3_600_000 - 60_000);
  await expect.poll(() => orders.of(domain).filter(({ componentName }) => componentName === 'hourly'), { timeout: 5_000 }).toHaveLength(1);
});

test('where the clock jumps, no slot is run twice, and what was missed is run as the installation says', async ({ world, domain }) => {
  clock.set('2026-03-10T12:30:00.000Z');
  const author = await authorOf(world, domain);
  const module = await author.module();
  const policies = ['skip', 'once', 'all'];
  for (const name of policies) await author.call(createCronJob, { name, temporalValue: '0 * * * *', versionId: module.latestVersion.id });
  const cronJobs = Object.fromEntries(policies.map((missed) => [missed, { missed }]));
  await author.install(module, await addGameServer(world, domain), { cronJobs });
  const counts = () => policies.map((name) => orders.of(domain).filter(({ componentName }) => componentName === name).length);
  /** Nothing more comes of a moment when every job waits for the slot after it. */
  const arrive = async (instant: string, ...expected: number[]) => {
    clock.set(instant);
    await expect.poll(() => nextDue(world, domain), PATIENT).toBeGreaterThan(Date.parse(instant));
    await expect.poll(counts, PATIENT).toEqual(expected);
  };

  await arrive('2026-03-10T13:00:00.000Z', 1, 1, 1);
  await arrive('2026-03-10T14:30:00.000Z', 2, 2, 2);
  await arrive('2026-03-10T13:30:00.000Z', 2, 2, 2);
  await arrive('2026-03-10T14:00:00.000Z', 2, 2, 2);
  await arrive('2026-03-10T15:00:00.000Z', 3, 3, 3);
  await arrive('2026-03-11T15:30:00.000Z', 3, 4, 13);
  await arrive('2026-03-11T16:00:00.000Z', 4, 5, 14);

  expect(new Set(orders.of(domain).map(({ causeId }) => causeId)).size).toBe(4 + 5 + 14);
});

test('a slot that could not be fired at first is fired later as the same slot', async ({ world, domain }) => {
  clock.set('2026-03-20T12:30:00.000Z');
  const author = await authorOf(world, domain);
  const module = await author.module();
  const { id } = await author.call(createCronJob, { name: 'hourly', temporalValue: '0 * * * *', versionId: module.latestVersion.id });
  const installation = await author.install(module, await addGameServer(world, domain));
  // As the index of what is due puts off what failed.
  await world.adminSql(`update "takaro_modules"."due" set "dueAt" = "dueAt" + interval '7 seconds', "attempts" = 3 where "domainId" = $1`, [
    domain.id,
  ]);

  clock.set('2026-03-20T13:00:07.000Z');

  const slot = deriveId('slot', installation.id, id, '2026-03-20T13:00:00.000Z');
  await expect.poll(() => orders.of(domain).map(({ causeId }) => causeId), PATIENT).toEqual([slot]);
  await expect.poll(() => nextDue(world, domain), PATIENT).toBe(Date.parse('2026-03-20T14:00:00.000Z'));
});

test('a cron job is not run while its run before is under way, which is recorded, unless its installation allows it', async ({
  world,
  domain,
}) => {
  const author = await authorOf(world, domain);
  const module = await author.module();
  const { id: versionId } = module.latestVersion;
  for (const name of ['alone', 'beside']) await author.call(createCronJob, { name, temporalValue: '* * * * *', versionId });
  const gameServerId = await addGameServer(world, domain);
  await author.install(module, gameServerId, { cronJobs: { beside: { overlap: 'allow' } } });
  const runner = await runnerSide(world, domain.id);
  const slot = async (name: string, count: number) => {
    const of = () => orders.of(domain).filter(({ componentName }) => componentName === name);
    await expect.poll(() => of().length, PATIENT).toBe(count);
    return of()[count - 1]!;
  };
  clock.advance(60_000);
  const first = await slot('alone', 1);
  expect([await runner.claim(first), await runner.claim(await slot('beside', 1))]).toMatchObject([CLAIMED, CLAIMED]);

  clock.advance(60_000);

  const second = await slot('alone', 2);
  expect([await runner.claim(second), await runner.claim(await slot('beside', 2))]).toMatchObject([{ outcome: 'refused' }, CLAIMED]);
  const { rows } = await author.call(searchExecutions, { filters: { state: ['refused'] } });
  expect(rows).toMatchObject([{ causeId: second.causeId, reason: 'The run before it has not ended' }]);
  await expect
    .poll(() => events.of(domain, 'cronjob-executed').map(({ meta }) => meta?.['result']), PATIENT)
    .toMatchObject([{ success: false }]);
  // By hand it is run at any time.
  await author.call(triggerCronJob, { gameServerId, cronjobId: first.componentId, moduleId: module.id });
  expect(await runner.claim(await slot('alone', 3))).toMatchObject(CLAIMED);
  await runner.finish(first, 1);
  await runner.finish(await slot('alone', 3), 1);
  clock.advance(60_000);
  expect(await runner.claim(await slot('alone', 4))).toMatchObject(CLAIMED);
});

test('of several slots that are claimed in the same moment, of two copies of the service, one is run', async ({ world, domain }) => {
  const author = await authorOf(world, domain);
  const module = await author.module();
  await author.call(createCronJob, { name: 'job', temporalValue: '* * * * *', versionId: module.latestVersion.id });
  await author.install(module, await addGameServer(world, domain));
  const runner = await runnerSide(world, domain.id);
  const SLOTS_AT_ONCE = 6;

  for (let turn = 1; turn <= 3; turn += 1) {
    for (let slot = 1; slot <= SLOTS_AT_ONCE; slot += 1) {
      clock.advance(60_000);
      await expect.poll(() => orders.of(domain).length, PATIENT).toBe((turn - 1) * SLOTS_AT_ONCE + slot);
    }
    const list = orders.of(domain).slice(-SLOTS_AT_ONCE);
    const outcomes = await Promise.all(list.map(async (order) => (await runner.claim(order)).outcome));
    expect(outcomes.filter((outcome) => outcome === 'claimed')).toHaveLength(1);
    await runner.finish(list[outcomes.indexOf('claimed')]!, 1);
  }
});

test('patterns are read in the time zone of the domain, from the moment it is set', async ({ world, domain }) => {
  clock.set('2026-07-01T00:30:00.000Z');
  const author = await authorOf(world, domain);
  const module = await author.module();
  await author.call(createCronJob, { name: 'daily', temporalValue: '0 3 * * *', versionId: module.latestVersion.id });
  await author.install(module, await addGameServer(world, domain));
  const due = () =>
    world.adminSql<{ dueAt: Date }>(`select "dueAt" from "takaro_modules"."due" where "kind" = 'cron' and "domainId" = $1`, [domain.id]);
  expect((await due())[0]?.dueAt.toISOString()).toBe('2026-07-01T03:00:00.000Z');

  timezoneOf.set(domain.id, 'Europe/Brussels');
  await tell(world, eventOf(domain, 'settings-set', { meta: { key: 'timezone', value: 'Europe/Brussels' } }));

  await expect.poll(async () => (await due())[0]?.dueAt.toISOString()).toBe('2026-07-01T01:00:00.000Z');
});

test('a pattern that is none, that never comes due or that comes due every second is refused wherever it is given', async ({
  world,
  domain,
}) => {
  const author = await authorOf(world, domain);
  const module = await author.module();
  const { id: versionId } = module.latestVersion;
  const gameServerId = await addGameServer(world, domain);
  const job = await author.call(createCronJob, { name: 'fine', temporalValue: '*/5 * * * *', versionId });

  for (const temporalValue of ['0 0 30 2 *', 'never', '61 * * * *', '2026-01-01T00:00:00', '* * *', '* * * * * *']) {
    const refused = { code: 'CRON_INVALID' };
    await expect(author.call(createCronJob, { name: 'bad', temporalValue, versionId })).rejects.toMatchObject(refused);
    await expect(author.call(updateCronJob, { id: job.id, temporalValue })).rejects.toMatchObject(refused);
    const systemConfig = JSON.stringify({ cronJobs: { fine: { temporalValue } } });
    await expect(author.call(installModule, { versionId, gameServerId, systemConfig })).rejects.toMatchObject(refused);
  }
});

test('an installation follows its cron job to other times unless it has its own', async ({ world, domain }) => {
  const author = await authorOf(world, domain);
  const module = await author.module();
  const { id: versionId } = module.latestVersion;
  const job = await author.call(createCronJob, { name: 'job', temporalValue: '0 3 * * *', versionId });
  const [follower, loner] = [await addGameServer(world, domain), await addGameServer(world, domain)];
  await author.install(module, follower);
  await author.install(module, loner, { cronJobs: { job: { temporalValue: '0 4 * * *' } } });

  await author.call(updateCronJob, { id: job.id, temporalValue: '0 5 * * *' });

  const due = await world.adminSql<{ payload: { temporalValue: string } }>(
    `select "payload" from "takaro_modules"."due" where "kind" = 'cron' and "domainId" = $1`,
    [domain.id],
  );
  expect(due.map(({ payload }) => payload.temporalValue).toSorted()).toEqual(['0 4 * * *', '0 5 * * *']);
});
