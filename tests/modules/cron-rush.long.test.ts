import { createCronJob } from '@takaro/contracts/modules/cron-jobs';
import { startModulesProcess } from '@takaro/modules/service';
import { manualClock } from '@takaro/testing/clock';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { authorOf } from './author.ts';
import { addGameServer, readOrders, startNeighbours, tell } from './modules-world.ts';
import { chat, personOn } from './people.ts';

const DOMAINS = 10;
const SERVERS = 20;
const JOBS = 50;
const SLOTS = DOMAINS * SERVERS * JOBS;

const clock = manualClock('2026-03-01T12:30:00.000Z');
const test = worldTest(
  async (world) => {
    await startNeighbours(world);
    await world.start('modules', startModulesProcess);
    await world.start('modules', startModulesProcess);
  },
  { clock },
);

/** A domain in which so many cron jobs come due at the full hour. Its rows are written at once, as installing would write them. */
async function busyDomain(world: World): Promise<TestDomain> {
  const domain = await world.domain();
  const author = await authorOf(world, domain);
  const module = await author.module();
  const { id: versionId } = module.latestVersion;
  for (let job = 0; job < JOBS; job += 1) await author.call(createCronJob, { name: `job ${job}`, temporalValue: '0 * * * *', versionId });
  for (let server = 0; server < SERVERS; server += 1) await addGameServer(world, domain);
  const schema = `"domain_${domain.id}"`;
  await world.adminSql(
    `insert into ${schema}."moduleInstallation" ("id", "moduleId", "versionId", "gameServerId", "userConfig", "systemConfig")
     select gen_random_uuid(), $1, $2, "id", '{}', '{"enabled": true, "cronJobs": {}}' from ${schema}."gameServer"`,
    [module.id, versionId],
  );
  await world.adminSql(`update ${schema}."moduleRevision" set "revision" = "revision" + 1`);
  await world.adminSql(
    `insert into "takaro_modules"."due" ("kind", "domainId", "key", "dueAt", "payload")
     select 'cron', $1, i."id" || ':' || c."id", '2026-03-01T13:00:00Z', jsonb_build_object('installationId', i."id", 'cronJobId', c."id",
       'temporalValue', c."temporalValue", 'timezone', 'UTC')
     from ${schema}."moduleInstallation" i join ${schema}."cron" c using ("versionId")`,
    [domain.id],
  );
  return domain;
}

test(
  '10,000 cron jobs of a full hour are queued once each, and a player’s command does not wait for them',
  { timeout: 600_000 },
  async ({ world, domain }) => {
    const busy: TestDomain[] = [];
    for (let count = 0; count < DOMAINS; count += 1) busy.push(await busyDomain(world));
    const author = await authorOf(world, domain);
    const alice = personOn(await addGameServer(world, domain));
    const module = await author.module();
    await author.command(module, 'ping');
    await author.install(module, alice.pog.gameServerId);
    const orders = await readOrders(world);
    const fired = () => busy.flatMap((one) => orders.of(one));

    clock.set('2026-03-01T13:00:00.000Z');
    const begun = performance.now();
    await expect.poll(() => fired().length, { timeout: 60_000, interval: 5 }).toBeGreaterThan(0);
    await tell(world, chat(domain, alice, '/ping'));
    await expect.poll(() => orders.of(domain).length, { timeout: 60_000, interval: 5 }).toBe(1);
    const before = fired().length;
    const pingMs = performance.now() - begun;
    await expect.poll(() => fired().length, { timeout: 300_000, interval: 50 }).toBe(SLOTS);

    process.stdout.write(
      `10,000 cron jobs fired in ${Math.round(performance.now() - begun)} ms; a command in the midst of them after ${Math.round(pingMs)} ms\n`,
    );
    expect(new Set(fired().map(({ assignments }) => assignments[0]?.executionId)).size).toBe(SLOTS);
    expect(before).toBeLessThan(SLOTS);
  },
);
