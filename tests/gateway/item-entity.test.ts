import { newId } from '@takaro/contracts/ids';
import { expect } from 'vitest';
import { type Rest, restTest } from './rest-world.ts';

/** One game server that was read. */
const test = restTest().extend<{ gameServerId: string }>({
  gameServerId: [async ({ rest }, use) => use(await readGame(rest)), { scope: 'file' }],
});

const PATIENT = { timeout: 30_000, interval: 100 };

async function readGame(rest: Rest): Promise<string> {
  const { gameServerId } = await rest.openGame('arena');
  for (const path of ['/items/search', '/entities/search'])
    await expect.poll(async () => (await rest.ask('POST', path, { body: {} })).body.meta['total'], PATIENT).toBeGreaterThan(0);
  return gameServerId;
}

const row = { id: expect.any(String), createdAt: expect.any(String), updatedAt: expect.any(String) };

test('the items of a game are found and shown a second after it has connected', async ({ rest, gameServerId }) => {
  const session = await rest.signIn(['READ_ITEMS']);
  const found = await rest.ask('POST', '/items/search', {
    session,
    body: { filters: { gameserverId: [gameServerId] }, search: { name: ['iron'], code: ['medk'] }, sortBy: 'name', extend: ['gameserver'] },
  });
  const gameserver = expect.objectContaining({ id: gameServerId, connectionInfo: {} });
  const shown = { description: expect.any(String), icon: null, gameserverId: gameServerId, ...row };

  expect(found.body).toEqual({
    meta: { page: 0, limit: 100, total: 2 },
    data: [
      { name: 'Iron ingot', code: 'ironIngot', ...shown, gameserver },
      { name: 'Medkit', code: 'medkit', ...shown, gameserver },
    ],
  });
  const all = await rest.ask('POST', '/items/search', { session, body: {} });
  const lengths = all.body.data.map(({ code }: { code: string }) => code.length);
  expect(lengths.length).toBeGreaterThan(2);
  expect(lengths).toEqual(lengths.toSorted((a: number, b: number) => a - b));
  const { gameserver: _relation, ...item } = found.body.data[1];
  expect((await rest.ask('GET', `/items/${item.id}`, { session })).body).toEqual({ meta: {}, data: item });
  const missing = await rest.ask('GET', `/items/${newId()}`, { session });
  expect(missing).toMatchObject({ status: 404, body: { meta: { error: { code: 'NotFoundError' } } } });
});

test('what lives in a game is found and shown', async ({ rest, gameServerId }) => {
  const session = await rest.signIn(['READ_ENTITIES']);
  const found = await rest.ask('POST', '/entities/search', {
    session,
    body: { filters: { gameserverId: [gameServerId], type: ['hostile'] }, search: { description: ['slow'] } },
  });

  expect(found.body).toEqual({
    meta: { page: 0, limit: 100, total: 1 },
    data: [
      { name: 'Zombie', code: 'zombie', description: 'Slow and many', type: 'hostile', metadata: null, gameserverId: gameServerId, ...row },
    ],
  });
  const [entity] = found.body.data;
  expect((await rest.ask('GET', `/entities/${entity.id}`, { session })).body).toEqual({ meta: {}, data: entity });
  const missing = await rest.ask('GET', `/entities/${newId()}`, { session });
  expect(missing).toMatchObject({ status: 404, body: { meta: { error: { code: 'NotFoundError' } } } });
});

test('an extend that entities do not have changes nothing, one that items do not have is refused', async ({ rest }) => {
  const body = { extend: ['nothing'] };

  expect((await rest.ask('POST', '/entities/search', { body })).status).toBe(200);
  expect((await rest.ask('POST', '/items/search', { body })).status).toBe(400);
});

test('items and entities are for who may read them', async ({ rest }) => {
  const session = await rest.signIn(['READ_PLAYERS']);

  for (const path of ['/items/search', '/entities/search']) expect((await rest.ask('POST', path, { session, body: {} })).status).toBe(403);
});
