import type { ManualClock } from '@takaro/testing/clock';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { expect } from 'vitest';

const PATIENT = { timeout: 20_000 };

/**
 * Moves the clock past every lease, and lets the sweep come that is too late to judge.
 * What is not renewed after this is lost at the next one, to which `lapse` moves the clock.
 */
export async function standStill(world: World, domain: TestDomain, clock: ManualClock): Promise<void> {
  clock.advance(20_000);
  const graced = () =>
    world.adminSql(`select from "takaro_modules"."due" where "kind" = 'sweep' and "domainId" = $1 and "payload" ->> 'graced' = 'true'`, [
      domain.id,
    ]);
  await expect.poll(graced, PATIENT).toHaveLength(1);
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
