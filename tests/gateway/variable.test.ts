import { newId } from '@takaro/contracts/ids';
import { expect } from 'vitest';
import { dataOf, expectRefused, row } from './module-shapes.ts';
import { gameServerRow, playerNamed, playerRow } from './related-rows.ts';
import { restTest } from './rest-world.ts';

const test = restTest();

const NONE = { expiresAt: null, gameServerId: null, playerId: null, moduleId: null };

test('variables are kept, read, found with what they belong to, changed and removed', async ({ rest }) => {
  const { ask } = rest;
  const { game, gameServerId } = await rest.openGame('variables', ['Alice']);
  const playerId = await playerNamed(rest, 'Alice');
  const module = await dataOf(ask, 'POST', '/module', { name: 'variables' });
  const moduleId: string = module.id;
  const scope = { gameServerId, playerId, moduleId };
  const expiresAt = '2999-01-01T00:00:00.000Z';

  const created = (await ask('POST', '/variables', { body: { key: 'tp_home', value: '1' } })).body;
  const free = created.data;
  const scoped = await dataOf(ask, 'POST', '/variables', { key: 'tp_home', value: '2', expiresAt, ...scope });

  expect(created).toEqual({ meta: {}, data: { key: 'tp_home', value: '1', ...NONE, ...row } });
  expect(scoped).toEqual({ key: 'tp_home', value: '2', expiresAt, ...scope, ...row });
  expect((await ask('GET', `/variables/${free.id}`)).body).toEqual(created);
  const body = { filters: { key: ['tp_home'], moduleId: ['null'], playerId: ['null'] }, search: { key: ['P_H'] } };
  expect((await ask('POST', '/variables/search', { body })).body).toEqual({ meta: { page: 0, limit: 100, total: 1 }, data: [free] });
  const filters = { gameServerId: [gameServerId], playerId: [playerId], moduleId: [moduleId], id: [scoped.id] };
  const extended = await ask('POST', '/variables/search', { body: { filters, extend: ['module', 'player', 'gameServer'] } });
  const player = await playerRow(rest, playerId, game.player('Alice'));
  const gameServer = await gameServerRow(rest, gameServerId, 'variables');
  expect(extended.body).toEqual({ meta: { page: 0, limit: 100, total: 1 }, data: [{ ...scoped, module, player, gameServer }] });
  expect(
    await dataOf(ask, 'POST', '/variables/search', { filters: { id: [free.id] }, extend: ['module', 'player', 'gameServer'] }),
  ).toEqual([{ ...free, module: null, player: null, gameServer: null }]);

  const changed = (await ask('PUT', `/variables/${scoped.id}`, { body: { value: '3', playerId: null } })).body;
  const now = { ...scoped, value: '3', expiresAt: null, playerId: null, updatedAt: expect.any(String) };
  expect(changed).toEqual({ meta: {}, data: now });
  expect((await ask('DELETE', `/variables/${scoped.id}`)).body).toEqual({ meta: {}, data: {} });
  expect((await ask('GET', `/variables/${scoped.id}`)).status).toBe(404);
});

test('one that expired is not there, and makes room for another', async ({ rest: { ask } }) => {
  const expiresAt = new Date(Date.now() - 1_000).toISOString();

  const gone = await dataOf(ask, 'POST', '/variables', { key: 'brief', value: '1', expiresAt });

  expect(gone).toEqual({ key: 'brief', value: '1', ...NONE, expiresAt, ...row });
  await expectRefused(ask, 404, 'NotFoundError', [
    ['GET', `/variables/${gone.id}`],
    ['PUT', `/variables/${gone.id}`, { value: '2' }],
    ['DELETE', `/variables/${gone.id}`],
  ]);
  expect(await dataOf(ask, 'POST', '/variables/search', { filters: { key: ['brief'] } })).toEqual([]);
  expect(await dataOf(ask, 'POST', '/variables', { key: 'brief', value: '2' })).toEqual({ key: 'brief', value: '2', ...NONE, ...row });
});

test('variables are refused with what is wrong', async ({ rest }) => {
  const { ask } = rest;
  const { id } = await dataOf(ask, 'POST', '/variables', { key: 'one', value: '1' });
  await dataOf(ask, 'POST', '/variables', { key: 'two', value: '1' });

  await expectRefused(ask, 409, 'ConflictError', [
    ['POST', '/variables', { key: 'one', value: '2' }],
    ['PUT', `/variables/${id}`, { key: 'two', value: '2' }],
  ]);
  await expectRefused(ask, 404, 'NotFoundError', [
    ['POST', '/variables', { key: 'a', value: '', moduleId: newId() }],
    ['POST', '/variables', { key: 'a', value: '', playerId: newId() }],
    ['PUT', `/variables/${id}`, { value: '', gameServerId: newId() }],
  ]);
  await expectRefused(ask, 400, 'ValidationError', [
    ['PUT', `/variables/${id}`, { key: 'no value' }],
    ['POST', '/variables', { key: 'k'.repeat(256), value: '' }],
    ['POST', '/variables', { key: 'long', value: 'v'.repeat(131_073) }],
  ]);
  const small = await rest.openDomain({ maxVariables: 1 });
  await dataOf(small.ask, 'POST', '/variables', { key: 'a', value: '1' });
  const many = await small.ask('POST', '/variables', { body: { key: 'b', value: '1' } });
  expect(many).toMatchObject({ status: 400, body: { meta: { error: { code: 'BadRequestError', message: 'Too many variables' } } } });
});
