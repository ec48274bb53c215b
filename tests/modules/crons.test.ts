import { createCronJob, updateCronJob } from '@takaro/contracts/modules/cron-jobs';
import { installModule } from '@takaro/contracts/modules/installations';
import { startModulesProcess } from '@takaro/modules/service';
import { manualClock } from '@takaro/testing/clock';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { authorOf } from './author.ts';
import { addGameServer, eventOf, readOrders, startNeighbours, tell, timezoneOf } from './modules-world.ts';

const clock = manualClock('2026-03-01T12:00:00.000Z');
let orders: Awaited<ReturnType<typeof readOrders>>;
const test = worldTest(
  async (world) => {
    await startNeighbours(world);
    await world.start('modules', startModulesProcess);
    await world.start('modules', startModulesProcess);
  },
  { clock },
);
test.beforeAll(async ({ world }) => {
  orders = await readOrders(world);
});

test('two schedulers run 200 slots exactly once', { timeout: 60_000 }, async ({ world, domain }) => {
  const author = await authorOf(world, domain);
  const module = await author.module();
  const { id: versionId } = module.latestVersion;
  for (let job = 0; job < 20; job += 1) await author.call(createCronJob, { name: `job ${job}`, temporalValue: '* * * * *', versionId });
  await author.install(module, await addGameServer(world, domain));

  for (let minute = 1; minute <= 10; minute += 1) {
    clock.advance(60_000);
    await expect.poll(() => orders.of(domain).length, { timeout: 10_000 }).toBe(minute * 20);
  }

  expect(new Set(orders.of(domain).map(({ assignments }) => assignments[0]!.executionId)).size).toBe(200);
});

test('slots that were missed are skipped but for the last one, if the next is not yet due', async ({ world, domain }) => {
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

test('a pattern that is none, or that never comes due, is refused wherever it is given', async ({ world, domain }) => {
  const author = await authorOf(world, domain);
  const module = await author.module();
  const { id: versionId } = module.latestVersion;
  const gameServerId = await addGameServer(world, domain);
  const job = await author.call(createCronJob, { name: 'fine', temporalValue: '*/5 * * * *', versionId });

  for (const temporalValue of ['0 0 30 2 *', 'never', '61 * * * *', '2026-01-01T00:00:00', '* * *']) {
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
