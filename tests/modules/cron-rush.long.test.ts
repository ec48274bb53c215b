import { consume } from '@takaro/bus';
import { createCronJob } from '@takaro/contracts/modules/cron-jobs';
import { ExecutionOrder } from '@takaro/contracts/modules/executions';
import { startModulesProcess } from '@takaro/modules/service';
import { manualClock } from '@takaro/testing/clock';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { authorOf } from './author.ts';
import { addGameServer, startNeighbours, tell } from './modules-world.ts';
import { chat, personOn } from './people.ts';

const DOMAINS = 10;
const SERVERS = 20;
const JOBS = 50;
const SLOTS = DOMAINS * SERVERS * JOBS;

/** What is required on a machine to itself: all of them within this time, and commands at most so many times as slow as in the calm. */
const FIGURES = { tookMs: 30_000, slower: 2 };
/** Other files and other work are on the same machine: a test fails at ten times the figure. */
const SLACK = 10;

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

/** Counts orders as they come, in the place of the runner. */
async function orderCounter(world: World, quiet: TestDomain) {
  const ids = new Set<string>();
  let rushed = 0;
  let arrived = Promise.withResolvers<void>();
  await consume<ExecutionOrder>(await world.busFor('runner'), {
    stream: 'EXECUTIONS',
    schema: ExecutionOrder,
    perKey: 16,
    react: async ({ domainId, assignments }) => {
      if (domainId === quiet.id) return arrived.resolve();
      rushed += 1;
      for (const { executionId } of assignments) ids.add(executionId);
    },
  });
  /** Tells how long the order of a command took to come. */
  const ping = async (say: () => Promise<void>): Promise<number> => {
    arrived = Promise.withResolvers<void>();
    const said = performance.now();
    await say();
    await arrived.promise;
    return performance.now() - said;
  };
  return { ping, rushed: () => rushed, distinct: () => ids.size };
}

/** Milliseconds within which so large a share of them is. */
function percentile(timesMs: readonly number[], share: number): number {
  const sorted = timesMs.toSorted((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.POSITIVE_INFINITY;
}

const figures = (timesMs: readonly number[]): string =>
  `p50 ${percentile(timesMs, 0.5).toFixed(1)} ms, p99 ${percentile(timesMs, 0.99).toFixed(1)} ms of ${timesMs.length}`;

test(
  '10,000 cron jobs of a full hour are queued once each within the time, and commands do not wait for them',
  { timeout: 600_000 },
  async ({ world, domain }) => {
    const busy: TestDomain[] = [];
    for (let count = 0; count < DOMAINS; count += 1) busy.push(await busyDomain(world));
    const author = await authorOf(world, domain);
    const alice = personOn(await addGameServer(world, domain));
    const module = await author.module();
    await author.command(module, 'ping');
    await author.install(module, alice.pog.gameServerId);
    const counter = await orderCounter(world, domain);
    const ping = () => counter.ping(() => tell(world, chat(domain, alice, '/ping')));
    const calm: number[] = [];
    while (calm.length < 200) calm.push(await ping());

    clock.set('2026-03-01T13:00:00.000Z');
    const begun = performance.now();
    await expect.poll(counter.rushed, { timeout: 60_000, interval: 5 }).toBeGreaterThan(0);
    const rush: number[] = [];
    while (counter.rushed() < SLOTS) rush.push(await ping());
    const tookMs = performance.now() - begun;

    process.stdout.write(
      `10,000 cron jobs fired in ${Math.round(tookMs)} ms\ncommands: calm ${figures(calm)}; meanwhile ${figures(rush)}\n`,
    );
    expect([counter.rushed(), counter.distinct()]).toEqual([SLOTS, SLOTS]);
    expect(rush.length).toBeGreaterThan(1);
    expect(tookMs).toBeLessThanOrEqual(FIGURES.tookMs * SLACK);
    expect(percentile(rush, 0.99) / percentile(calm, 0.99)).toBeLessThanOrEqual(FIGURES.slower * SLACK);
  },
);
