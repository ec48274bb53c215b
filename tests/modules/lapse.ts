import type { ManualClock } from '@takaro/testing/clock';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { expect } from 'vitest';

const PATIENT = { timeout: 20_000 };

/**
 * Moves the clock past every lease, and lets the sweep come that is too late to judge: so many in a row, this one included.
 * What is not renewed after this is lost at the next one, to which `lapse` moves the clock.
 */
export async function standStill(world: World, domain: TestDomain, clock: ManualClock, times = 1): Promise<void> {
  clock.advance(20_000);
  await expect.poll(() => gracesOf(world, domain), PATIENT).toBe(times);
}

export async function gracesOf(world: World, domain: TestDomain): Promise<number | undefined> {
  const rows = await world.adminSql<{ graces: number }>(
    `select ("payload" ->> 'graces')::integer as "graces" from "takaro_modules"."due" where "kind" = 'sweep' and "domainId" = $1`,
    [domain.id],
  );
  return rows[0]?.graces;
}

/** Lets the leases of all that runs in a domain be over. */
export async function lapse(world: World, domain: TestDomain, clock: ManualClock): Promise<void> {
  await standStill(world, domain, clock);
  clock.advance(10_000);
}

/** When the next sweep of a domain is due, in milliseconds since the epoch. */
export async function nextSweepAt(world: World, domain: TestDomain): Promise<number | undefined> {
  const rows = await world.adminSql<{ dueAt: Date }>(
    `select "dueAt" from "takaro_modules"."due" where "kind" = 'sweep' and "domainId" = $1`,
    [domain.id],
  );
  return rows[0]?.dueAt.getTime();
}

/** Has the next sweep of a domain come at a time, in milliseconds since the epoch, as one that was begun and failed so often. */
export async function setSweep(world: World, domain: TestDomain, dueAt: number, attempts: number): Promise<void> {
  await world.adminSql(`update "takaro_modules"."due" set "dueAt" = $2, "attempts" = $3 where "kind" = 'sweep' and "domainId" = $1`, [
    domain.id,
    new Date(dueAt),
    attempts,
  ]);
}
