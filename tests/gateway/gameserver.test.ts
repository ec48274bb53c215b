import { newId } from '@takaro/contracts/ids';
import { ITEMS } from '@takaro/testing/simulated-game-server/world';
import { expect } from 'vitest';
import { addServer, arenaTest, PATIENT, refused } from './gameserver-arena.ts';
import { gameServerRow, playerNamed, playerRow, rowOf } from './related-rows.ts';

const test = arenaTest();

const shownAs = (fields: Readonly<Record<string, unknown>>) => ({
  name: expect.any(String),
  type: 'MOCK',
  connectionInfo: {},
  reachable: false,
  enabled: true,
  identityToken: null,
  deletedAt: null,
  id: expect.any(String),
  createdAt: expect.any(String),
  updatedAt: expect.any(String),
  ...fields,
});

const RUST = { type: 'RUST', connectionInfo: JSON.stringify({ host: '203.0.113.1', rconPort: 28_016, rconPassword: 'hunter2' }) };
const OPENED = { host: '203.0.113.1', rconPort: 28_016, rconPassword: 'hunter2' };

test('a game server is made, shown, changed, found and removed', async ({ rest }) => {
  const made = await rest.ask('POST', '/gameserver', { body: { name: 'First', ...RUST } });
  const { id } = made.body.data;
  expect(made.body).toEqual({ meta: {}, data: shownAs({ name: 'First', type: 'RUST', connectionInfo: OPENED }) });
  expect((await rest.ask('GET', `/gameserver/${id}`)).body).toEqual(made.body);

  const changed = await rest.ask('PUT', `/gameserver/${id}`, { body: { name: 'Second', ...RUST, enabled: false } });
  expect(changed.body).toEqual({ meta: {}, data: shownAs({ id, name: 'Second', type: 'RUST', connectionInfo: OPENED, enabled: false }) });
  const found = await rest.ask('POST', '/gameserver/search', { body: { filters: { id: [id] }, extend: ['players', 'items'] } });
  expect(found.body).toEqual({
    meta: { page: 0, limit: 100, total: 1 },
    data: [{ ...changed.body.data, connectionInfo: {}, players: [], items: [] }],
  });

  expect((await rest.ask('DELETE', `/gameserver/${id}`)).body).toEqual({ meta: {}, data: {} });
  expect(await rest.ask('GET', `/gameserver/${id}`)).toMatchObject(refused(404, 'NotFoundError', `Gameserver with id ${id} not found`));
});

test('connection details are shown, opened, to who may manage game servers, and to nobody else', async ({ rest }) => {
  const id = await addServer(rest, RUST);
  const stranger = await rest.signIn([]);
  const manager = await rest.signIn(['MANAGE_GAMESERVERS']);
  const look = async (session: string) => (await rest.ask('GET', `/gameserver/${id}`, { session })).body.data.connectionInfo;

  expect([await look(manager), await look(stranger)]).toEqual([OPENED, {}]);
});

test('a game server that cannot be is refused', async ({ rest }) => {
  await addServer(rest, { name: 'Taken' });
  const [id, gone] = [await addServer(rest), newId()];
  const fields = { name: 'Fresh', type: 'MOCK', connectionInfo: '{}' };

  for (const ask of [
    (body: object) => rest.ask('POST', '/gameserver', { body }),
    (body: object) => rest.ask('PUT', `/gameserver/${id}`, { body }),
  ]) {
    expect(await ask({ ...fields, name: 'Taken' })).toMatchObject(refused(409, 'ConflictError'));
    expect(await ask({ ...fields, type: 'RUST' })).toMatchObject(refused(400, 'BadRequestError'));
    expect(await ask({ ...fields, name: 'ab' })).toMatchObject({ status: 400, body: { meta: { error: { code: 'ValidationError' } } } });
  }
  const generic = await rest.ask('POST', '/gameserver', { body: { ...fields, type: 'GENERIC' } });
  expect(generic).toMatchObject(refused(400, 'BadRequestError'));
  expect(await rest.ask('PUT', `/gameserver/${gone}`, { body: fields })).toMatchObject(refused(404, 'NotFoundError'));
  expect(await rest.ask('DELETE', `/gameserver/${gone}`)).toMatchObject(refused(404, 'NotFoundError'));
});

test('a domain has no more game servers than it may', async ({ rest }) => {
  const small = await rest.openDomain({ maxGameservers: 1 });
  const add = (name: string) => small.ask('POST', '/gameserver', { body: { name, type: 'MOCK', connectionInfo: '{}' } });

  expect((await add('First')).status).toBe(200);
  expect(await add('Second')).toMatchObject(refused(400, 'BadRequestError', 'Max game servers reached'));
});

test('there are four types, and their route is not taken for a game server', async ({ rest }) => {
  const text = { type: 'string', minLength: 1, maxLength: 1_000 };
  const useTls = { type: 'boolean' };
  const rconPort = { anyOf: [text, { type: 'integer' }] };
  const needing = (required: readonly string[], properties: object) => ({ type: 'object', required, properties });

  const { body } = await rest.ask('GET', '/gameserver/types');

  const parsed = body.data.map((row: { connectionInfoSchema: string }) => ({
    ...row,
    connectionInfoSchema: JSON.parse(row.connectionInfoSchema),
  }));
  expect({ ...body, data: parsed }).toEqual({
    meta: {},
    data: [
      {
        type: 'SEVENDAYSTODIE',
        connectionInfoSchema: needing(['host', 'adminUser', 'adminToken'], { host: text, adminUser: text, adminToken: text, useTls }),
      },
      {
        type: 'RUST',
        connectionInfoSchema: needing(['host', 'rconPort', 'rconPassword'], { host: text, rconPort, rconPassword: text, useTls }),
      },
      { type: 'GENERIC', connectionInfoSchema: { type: 'object', properties: {} } },
      { type: 'MOCK', connectionInfoSchema: { type: 'object', properties: {} } },
    ],
  });
});

test('whether a game server can be reached is answered in any case', async ({ rest, arena }) => {
  const id = await addServer(rest);
  const away = { connectable: false, reason: 'Game server is not connected' };

  expect((await rest.ask('GET', `/gameserver/${arena.gameServerId}/reachability`)).body).toEqual({ meta: {}, data: { connectable: true } });
  expect((await rest.ask('GET', `/gameserver/${id}/reachability`)).body).toEqual({ meta: {}, data: away });
  const { connectionInfo } = RUST;
  const unmade = await rest.ask('POST', '/gameserver/reachability', { body: { type: 'RUST', connectionInfo } });
  const reason = 'A RUST game server needs a connector that connects to Takaro; none did by these details';
  expect(unmade.body).toEqual({ meta: {}, data: { connectable: false, reason } });
  const wrong = await rest.ask('POST', '/gameserver/reachability', { body: { type: 'RUST', connectionInfo: '{}' } });
  expect(wrong).toMatchObject(refused(400, 'BadRequestError'));
  expect(await rest.ask('GET', `/gameserver/${newId()}/reachability`)).toMatchObject(refused(404, 'NotFoundError'));
});

test('players who were on a game server and its items come with it', async ({ rest, arena }) => {
  const { game, gameServerId } = arena;
  const search = { filters: { id: [gameServerId] }, extend: ['players', 'items'] };
  const find = async () => (await rest.ask('POST', '/gameserver/search', { body: search })).body;
  await expect.poll(async () => (await find()).data[0].items.length, PATIENT).toBe(ITEMS.length);

  const { meta, data } = await find();

  const [{ players, items, ...gameServer }, ...others] = data;
  const names = ({ name }: { name: string }, { name: other }: { name: string }) => (name < other ? -1 : 1);
  const rows = ['Alice', 'Bob'].map(async (name) => playerRow(rest, await playerNamed(rest, name), game.player(name)));
  expect([meta, others]).toEqual([{ page: 0, limit: 100, total: 1 }, []]);
  expect(gameServer).toEqual(await gameServerRow(rest, gameServerId, 'arena'));
  expect(players.toSorted(names)).toEqual(await Promise.all(rows));
  const ids = new Map<string, string>(items.map(({ code, id }: { code: string; id: string }) => [code, id]));
  const wanted = ITEMS.toSorted(names).map(async (item) => ({
    ...item,
    icon: null,
    gameserverId: gameServerId,
    ...(await rowOf(rest, 'item', ids.get(item.code) ?? '')),
  }));
  expect(items.toSorted(names)).toEqual(await Promise.all(wanted));
});

test('jobs are queued, run and looked at', async ({ rest, arena }) => {
  const { gameServerId } = arena;
  const queued = await rest.ask('POST', `/gameserver/job/syncItems/${gameServerId}`);
  expect(queued.body).toEqual({ meta: {}, data: { id: expect.any(String), status: 'pending' } });
  const { id } = queued.body.data;

  await expect
    .poll(async () => (await rest.ask('GET', `/gameserver/job/syncItems/${id}`)).body, PATIENT)
    .toEqual({ meta: {}, data: { id, status: 'completed' } });

  expect(await rest.ask('GET', `/gameserver/job/syncItems/${encodeURIComponent('a/b==')}`)).toMatchObject(refused(404, 'NotFoundError'));
  expect(await rest.ask('POST', `/gameserver/job/syncItems/${newId()}`)).toMatchObject(refused(404, 'NotFoundError'));
  const absent = await rest.ask('POST', `/gameserver/job/csmmImport/${gameServerId}`);
  expect(absent).toMatchObject(refused(400, 'BadRequestError', 'csmmImport is not available'));
});

test('a new registration token drops the game servers that came with the old one', async ({ rest }) => {
  const other = await rest.openDomain();
  const { gameServerId } = await other.openGame('dropped');
  const reachable = async () => (await other.ask('GET', `/gameserver/${gameServerId}`)).body.data.reachable;
  await expect.poll(reachable, PATIENT).toBe(true);

  const renewed = await other.ask('DELETE', '/gameserver/registrationToken');
  expect([renewed.status, renewed.body]).toEqual([200, { meta: {}, data: {} }]);

  await expect.poll(reachable, PATIENT).toBe(false);
});
