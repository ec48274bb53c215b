import { newId } from '@takaro/contracts/ids';
import { getPlayersByIds } from '@takaro/contracts/players/internal';
import { describe, expect } from 'vitest';
import { worldTest } from './world-test.ts';
import { openWorld } from './world.ts';

const test = worldTest(async (world) => {
  await world.neighbours('players');
});

describe('a world', () => {
  test('opens in less than a second', async () => {
    const began = performance.now();
    await using world = await openWorld();

    await world.busFor('gateway');

    expect(performance.now() - began).toBeLessThan(1_000);
  });

  test('has domains with the tables of all services', async ({ world, domain, otherDomain }) => {
    const rows = await world.adminSql<{ schema: string }>(`select nspname as "schema" from pg_namespace where nspname like 'domain_%'`);

    expect(rows.map(({ schema }) => schema)).toEqual(expect.arrayContaining([`domain_${domain.id}`, `domain_${otherDomain.id}`]));
  });

  test('answers for a service that is not started', async ({ world, domain }) => {
    const gateway = await world.busFor('gateway');
    const token = await world.tokens.user(domain.id);

    const answer = await gateway.call(getPlayersByIds, { ids: [newId()] }, { domainId: domain.id, token });

    expect(answer).toBeDefined();
  });
});
