import { expect } from 'vitest';
import { restTest } from './rest-world.ts';
import { loadBoth, openTenant } from './two-tenants.ts';

const test = restTest();

test('tens of thousands of answers to two tenants at once show nothing of the other', { timeout: 1_200_000 }, async ({ rest }) => {
  const other = await rest.openDomain({ maxVariables: 100_000 });
  const tenants = [await openTenant(rest, 'otterly'), await openTenant(other, 'badgerly')] as const;

  const { leaks, good } = await loadBoth(tenants, { clients: 50, requestsEach: 300 });

  expect(leaks).toEqual([]);
  expect(good.reads).toBeGreaterThan(10_000);
  expect(good.writes).toBeGreaterThan(1_000);
});
