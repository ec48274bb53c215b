import { newId } from '@takaro/contracts/ids';
import { cleanVariables } from '@takaro/contracts/modules/internal';
import { createVariable, deleteVariable, findVariable, searchVariables, updateVariable } from '@takaro/contracts/modules/variables';
import { manualClock } from '@takaro/testing/clock';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { authorOf } from './author.ts';
import { addGameServer, limitsOf, startModulesUnderTest } from './modules-world.ts';

const clock = manualClock('2026-03-01T12:00:00.000Z');
const test = worldTest(startModulesUnderTest, { clock });

test('a key is unique in its scope, and no scope is a scope', async ({ world, domain }) => {
  const author = await authorOf(world, domain);
  const { call } = author;
  const gameServerId = await addGameServer(world, domain);
  const { id: moduleId } = await author.module();

  const free = await call(createVariable, { key: 'a', value: '1' });
  const scoped = await call(createVariable, { key: 'a', value: '2', gameServerId, moduleId });

  expect(free).toMatchObject({ key: 'a', value: '1', expiresAt: null, gameServerId: null, playerId: null, moduleId: null });
  await expect(call(createVariable, { key: 'a', value: '3' })).rejects.toMatchObject({ code: 'VARIABLE_TAKEN' });
  await expect(call(updateVariable, { id: free.id, value: '3', gameServerId, moduleId })).rejects.toMatchObject({ code: 'VARIABLE_TAKEN' });
  expect((await call(searchVariables, { filters: { key: ['a'], moduleId: [moduleId] }, extend: ['module'] })).rows).toMatchObject([
    { id: scoped.id, module: { id: moduleId } },
  ]);
});

test('what expired is not there, makes room, and an update without an end ends the end', async ({ world, domain }) => {
  const { call } = await authorOf(world, domain);
  const expiresAt = new Date(clock.now() + 1_000).toISOString();
  const short = await call(createVariable, { key: 'a', value: '1', expiresAt });
  const kept = await call(createVariable, { key: 'b', value: '1', expiresAt });
  expect(await call(updateVariable, { id: kept.id, value: '2' })).toMatchObject({ value: '2', expiresAt: null });

  clock.advance(1_000);

  const refused = { code: 'VARIABLE_NOT_FOUND' };
  await expect(call(findVariable, { id: short.id })).rejects.toMatchObject(refused);
  await expect(call(deleteVariable, { id: short.id })).rejects.toMatchObject(refused);
  await expect(call(updateVariable, { id: short.id, value: '2' })).rejects.toMatchObject(refused);
  expect((await call(searchVariables, {})).rows.map(({ key }) => key)).toEqual(['b']);
  expect(await call(createVariable, { key: 'a', value: '2' })).toMatchObject({ value: '2' });
  expect(await call(findVariable, { id: kept.id })).toMatchObject({ value: '2' });
  expect(await call(deleteVariable, { id: kept.id })).toEqual({});
});

test('what expired is deleted when that is asked for', async ({ world, domain, otherDomain }) => {
  const expiresAt = new Date(clock.now() + 1_000).toISOString();
  for (const one of [domain, otherDomain]) {
    const { call } = await authorOf(world, one);
    for (const key of ['a', 'b']) await call(createVariable, { key, value: '1', expiresAt });
    await call(createVariable, { key: 'c', value: '1', expiresAt: new Date(clock.now() + 3_600_000).toISOString() });
  }
  clock.advance(1_000);
  const gameservers = await world.busFor('gameservers');
  const token = await world.tokens.service('gameservers', domain.id);

  const clean = () => gameservers.call(cleanVariables, {}, { domainId: domain.id, token });

  expect([await clean(), await clean()]).toEqual([{ deleted: 2 }, { deleted: 0 }]);
  const left = async (id: string) => (await world.adminSql(`select "key" from "domain_${id}"."variable" order by "key"`)).length;
  expect([await left(domain.id), await left(otherDomain.id)]).toEqual([1, 3]);
});

test('scopes are things that exist', async ({ world, domain }) => {
  const { call } = await authorOf(world, domain);
  const { id } = await call(createVariable, { key: 'a', value: '1' });
  const scopes = { gameServerId: 'GAMESERVER_NOT_FOUND', playerId: 'PLAYER_NOT_FOUND', moduleId: 'MODULE_NOT_FOUND' };

  for (const [scope, code] of Object.entries(scopes)) {
    await expect(call(createVariable, { key: 'a', value: '1', [scope]: newId() })).rejects.toMatchObject({ code });
    await expect(call(updateVariable, { id, value: '1', [scope]: newId() })).rejects.toMatchObject({ code });
  }
});

test('a domain has as many as it may have', async ({ world, domain }) => {
  const { call } = await authorOf(world, domain);
  limitsOf.set(domain.id, { maxVariables: 1 });
  await call(createVariable, { key: 'a', value: '1' });

  await expect(call(createVariable, { key: 'b', value: '1' })).rejects.toMatchObject({ code: 'VARIABLES_LIMIT' });
});

test('of many who come to the limit at once no more get in than it lets', async ({ world, domain }) => {
  const { call } = await authorOf(world, domain);
  limitsOf.set(domain.id, { maxVariables: 3 });

  await Promise.allSettled(Array.from({ length: 10 }, (_, index) => call(createVariable, { key: `k${index}`, value: '1' })));

  expect((await call(searchVariables, {})).total).toBe(3);
});

test('a function may keep what it wants', async ({ world, domain }) => {
  const gateway = await world.busFor('gateway');
  const token = await world.tokens.execution(domain.id);

  expect(await gateway.call(createVariable, { key: 'mine', value: '1' }, { domainId: domain.id, token })).toMatchObject({ key: 'mine' });
});
