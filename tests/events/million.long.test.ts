import { searchComponentEvents } from '@takaro/contracts/events/internal';
import { searchEvents, searchFailedFunctions } from '@takaro/contracts/events/rest';
import { newId } from '@takaro/contracts/ids';
import type { SearchInput } from '@takaro/contracts/search';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { startEventsUnderTest } from './events-world.ts';

const test = worldTest(startEventsUnderTest);

const MANY = 1_000_000;
/** What a person is willing to wait for a page, on a machine that does something else too. */
const PATIENCE_MS = 1_500;

const idOf = (nr: number): string =>
  nr
    .toString(16)
    .padStart(32, '0')
    .replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

/** A week of a busy domain: mostly chat, four game servers, 5,000 players of whom some are there all the time, 200 components. */
async function fill(world: World, { id }: TestDomain): Promise<void> {
  const uuid = (number: string): string => `lpad(to_hex((${number})::int), 32, '0')::uuid`;
  const isRun = `n % 100 between 71 and 98`;
  await world.adminSql(
    `insert into "domain_${id}"."event" ("id", "eventName", "playerId", "gameserverId", "moduleId", "actingUserId", "meta", "createdAt",
       "updatedAt", "componentId", "success")
     select gen_random_uuid(),
       case when n % 100 < 61 then 'chat-message' when n % 100 < 71 then 'player-connected' when ${isRun} then 'hook-executed' else 'module-created' end,
       case when n % 10 < 9 then ${uuid('random() * random() * 5000')} end, ${uuid('n % 4')}, case when ${isRun} then ${uuid('n % 30')} end,
       case when n % 1000 = 0 then ${uuid('n % 7000')} end, '{"msg":"what somebody said","channel":"global"}', at, at,
       case when ${isRun} then ${uuid('n % 200')} end, case when ${isRun} then n % 500 <> 80 end
     from generate_series(1, ${MANY}) n, lateral (select now() - n * interval '0.6 s' as at) as t`,
  );
  await world.adminSql(`vacuum analyze "domain_${id}"."event"`);
}

test('a page of a million events comes soon, whatever is asked for', { timeout: 300_000 }, async ({ world, domain }) => {
  await fill(world, domain);
  const [gateway, modules] = [await world.busFor('gateway'), await world.busFor('modules')];
  const caller = { domainId: domain.id, token: await world.tokens.user(domain.id) };
  const asModules = { domainId: domain.id, token: await modules.serviceToken(domain.id) };
  const filters: SearchInput['filters'][] = [
    {},
    { eventName: ['chat-message'] },
    { eventName: ['module-created'] },
    { eventName: ['hook-executed', 'player-connected'] },
    { playerId: [idOf(3)] },
    { playerId: [newId()] },
    { playerId: ['null'] },
    { gameserverId: [idOf(1)] },
    { gameserverId: [idOf(1)], eventName: ['player-connected'] },
    { moduleId: [idOf(5)] },
    { actingUserId: [idOf(1_000)] },
  ];
  const sorts: SearchInput[] = [{}, { sortBy: 'createdAt', sortDirection: 'desc' }, { sortBy: 'updatedAt' }];
  const asked = [
    ...filters.flatMap((one) => sorts.map((sort) => ({ ...sort, filters: one ?? {} }))),
    { sortBy: 'createdAt', page: 5_000 },
    { greaterThan: { createdAt: new Date(Date.now() - 3_600_000).toISOString() } },
  ];
  const took = async (work: () => Promise<unknown>): Promise<number> => {
    const begun = performance.now();
    await work();
    return performance.now() - begun;
  };

  for (const input of asked)
    expect(await took(() => gateway.call(searchEvents, input, caller)), JSON.stringify(input)).toBeLessThan(PATIENCE_MS);
  for (const success of [true, false]) {
    const input = { componentId: idOf(80), success, search: { sortBy: 'createdAt' } };
    expect(await took(() => modules.call(searchComponentEvents, input, asModules))).toBeLessThan(PATIENCE_MS);
  }
  expect(await took(() => gateway.call(searchFailedFunctions, {}, caller))).toBeLessThan(PATIENCE_MS);
});
