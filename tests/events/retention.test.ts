import { cleanEvents } from '@takaro/contracts/events/internal';
import { getDomainLimits } from '@takaro/contracts/tenancy/internal';
import { manualClock } from '@takaro/testing/clock';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { countRows, envelope, startEventsUnderTest, tell } from './events-world.ts';

const DAY_MS = 86_400_000;
const clock = manualClock('2026-03-01T12:00:00.000Z');
const LIMITS = {
  state: 'ACTIVE',
  rateLimitPoints: 1,
  rateLimitDuration: 1_000,
  maxGameservers: 1,
  maxUsers: 1,
  maxVariables: 1,
  maxModules: 1,
  maxFunctionsInModule: 1,
} as const;
const keptDays = new Map<string, number>();

const test = worldTest(
  async (world) => {
    await world.neighbour(getDomainLimits, (_input, { domainId }) => ({
      ...LIMITS,
      eventRetentionDays: keptDays.get(domainId) ?? 7,
    }));
    await startEventsUnderTest(world);
  },
  { clock },
);

const daysAgo = (days: number): string => new Date(clock.now() - days * DAY_MS).toISOString();

/** Many rows at once, as they would have come in one by one. */
const addRows = async (world: World, domain: TestDomain, count: number, days: number): Promise<void> => {
  await world.adminSql(
    `insert into "domain_${domain.id}"."event" ("id", "eventName", "createdAt", "updatedAt")
     select gen_random_uuid(), 'module-created', $1, $1 from generate_series(1, $2::int)`,
    [daysAgo(days), count],
  );
};

const clean = async (world: World, domain: TestDomain) => {
  const gameservers = await world.busFor('gameservers');
  return gameservers.call(cleanEvents, {}, { domainId: domain.id, token: await gameservers.serviceToken(domain.id) });
};

/** The entries of the domain that are due. */
const entries = (world: World, domain: TestDomain) =>
  world.adminSql<{ dueAt: Date }>(`select "dueAt" from "takaro_events"."due" where "domainId" = $1`, [domain.id]);

test('what is older than the domain keeps its events goes by itself, and another domain keeps its own', async ({
  world,
  domain,
  otherDomain,
}) => {
  keptDays.set(domain.id, 3);
  for (const one of [domain, otherDomain])
    await tell(world, [envelope(one, { occurredAt: daysAgo(1) }), envelope(one, { occurredAt: daysAgo(4) })]);
  await expect.poll(() => countRows(world, domain)).toBe(2);
  await expect.poll(() => countRows(world, otherDomain)).toBe(2);
  await addRows(world, domain, 4_500, 5);

  clock.advance(DAY_MS / 24);

  await expect.poll(() => countRows(world, domain), { timeout: 20_000 }).toBe(1);
  expect(await countRows(world, otherDomain)).toBe(2);
  expect(await entries(world, domain)).toHaveLength(1);

  clock.advance(3 * DAY_MS);

  await expect.poll(() => countRows(world, domain), { timeout: 20_000 }).toBe(0);
  await expect.poll(() => countRows(world, otherDomain), { timeout: 20_000 }).toBe(1);
});

test('it is done at once for who asks, and again changes nothing', async ({ world, domain }) => {
  await addRows(world, domain, 4_500, 8);
  await addRows(world, domain, 3, 6);

  expect(await clean(world, domain)).toEqual({ deleted: 4_500, isDone: true });
  expect(await clean(world, domain)).toEqual({ deleted: 0, isDone: true });
  expect(await countRows(world, domain)).toBe(3);
});
