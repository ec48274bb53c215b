import { newId } from '@takaro/contracts/ids';
import { expect } from 'vitest';
import { type Rest, restTest } from './rest-world.ts';

/** One game server with two players for the file; tests that change a game server make their own. */
const test = restTest({ limits: { actionTimeoutMs: 2_000 } }).extend<{ arena: Arena }>({
  arena: [async ({ rest }, use) => use(await openArena(rest)), { scope: 'file' }],
});

type Arena = Awaited<ReturnType<typeof openArena>>;

const PATIENT = { timeout: 30_000, interval: 100 };

async function openArena(rest: Rest) {
  const { game, gameServerId } = await rest.openGame('arena', ['Alice', 'Bob']);
  const alice: string = (await rest.ask('POST', '/player/search', { body: { filters: { name: ['Alice'] } } })).body.data[0].id;
  await expect.poll(async () => (await rest.ask('GET', `/gameserver/${gameServerId}/player/${alice}`)).status, PATIENT).toBe(200);
  return { game, gameServerId, alice };
}

/** A game server that nothing connects to. */
async function addServer(rest: Rest, fields: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const body = { name: `server ${newId().slice(-12)}`, type: 'MOCK', connectionInfo: '{}', ...fields };
  return (await rest.ask('POST', '/gameserver', { body })).body.data.id;
}

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

const refused = (status: number, code: string, message?: string) => ({
  status,
  body: { meta: { error: { code, message: message ?? expect.any(String) } }, data: {} },
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

  expect(await rest.ask('DELETE', `/gameserver/${id}`)).toMatchObject({ status: 200, body: { meta: {}, data: {} } });
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
  const { data } = (await rest.ask('GET', '/gameserver/types')).body;

  expect(data.map(({ type }: { type: string }) => type)).toEqual(['SEVENDAYSTODIE', 'RUST', 'GENERIC', 'MOCK']);
  for (const { connectionInfoSchema } of data) expect(JSON.parse(connectionInfoSchema)).toMatchObject({ type: 'object' });
});

test('whether a game server can be reached is answered in any case', async ({ rest, arena }) => {
  const id = await addServer(rest);
  const away = { connectable: false, reason: 'Game server is not connected' };

  expect((await rest.ask('GET', `/gameserver/${arena.gameServerId}/reachability`)).body).toEqual({ meta: {}, data: { connectable: true } });
  expect((await rest.ask('GET', `/gameserver/${id}/reachability`)).body.data).toEqual(away);
  const { connectionInfo } = RUST;
  const unmade = await rest.ask('POST', '/gameserver/reachability', { body: { type: 'RUST', connectionInfo } });
  expect(unmade.body.data).toEqual({ connectable: false, reason: expect.any(String) });
  const wrong = await rest.ask('POST', '/gameserver/reachability', { body: { type: 'RUST', connectionInfo: '{}' } });
  expect(wrong).toMatchObject(refused(400, 'BadRequestError'));
  expect(await rest.ask('GET', `/gameserver/${newId()}/reachability`)).toMatchObject(refused(404, 'NotFoundError'));
});

/** Every action by its route, with what it takes. */
const ACTIONS: readonly (readonly ['GET' | 'POST', string, object?])[] = [
  ['POST', 'command', { command: 'players' }],
  ['POST', 'message', { message: 'hello', opts: { senderNameOverride: 'Herald' } }],
  ['GET', 'players'],
  ['GET', 'bans'],
  ['POST', 'player/:playerId/teleport', { x: 1.5, y: 2, z: 3 }],
  ['POST', 'player/:playerId/giveItem', { name: 'wood', amount: 2, quality: '1' }],
  ['POST', 'player/:playerId/unban'],
  ['POST', 'player/:playerId/ban', { reason: 'rude' }],
  ['POST', 'player/:playerId/kick', { reason: 'afk' }],
  ['POST', 'shutdown'],
];

test.for(ACTIONS)('%s /gameserver/:id/%s is refused where it cannot be done', async ([method, end, body], { rest, arena }) => {
  const act = (gameServerId: string) =>
    rest.ask(method, `/gameserver/${gameServerId}/${end.replace(':playerId', arena.alice)}`, { ...(body && { body }) });
  const id = await addServer(rest);
  // Whoever was never there cannot be acted upon either, and that is found out first.
  const away = end.startsWith('player/') ? refused(404, 'NotFoundError') : refused(400, 'BadRequestError', 'Game server is not connected');

  expect(await act(id)).toMatchObject(away);
  expect(await act(newId())).toMatchObject(refused(404, 'NotFoundError'));
  await rest.ask('PUT', `/gameserver/${id}`, {
    body: { name: `off ${id.slice(-12)}`, type: 'MOCK', connectionInfo: '{}', enabled: false },
  });
  expect(await act(id)).toMatchObject(refused(400, 'BadRequestError', 'Game server is disabled'));
});

test('a disabled game server is not tested either', async ({ rest }) => {
  const id = await addServer(rest);
  await rest.ask('PUT', `/gameserver/${id}`, { body: { name: 'switched off', type: 'MOCK', connectionInfo: '{}', enabled: false } });

  expect(await rest.ask('GET', `/gameserver/${id}/reachability`)).toMatchObject(refused(400, 'BadRequestError', 'Game server is disabled'));
});

test('what Takaro is asked for happens in the game', async ({ rest, arena }) => {
  const { game, gameServerId, alice } = arena;
  const done = { status: 200, body: { meta: {}, data: {} } };
  const act = (end: string, body?: object) => rest.ask('POST', `/gameserver/${gameServerId}/${end}`, { ...(body && { body }) });
  const player = game.player('Alice');

  expect((await act('command', { command: 'players' })).body.data).toEqual({
    rawResult: expect.stringContaining('2 online'),
    success: true,
  });
  const opts = { recipient: { gameId: player.gameId } };
  expect(await act('message', { message: 'x'.repeat(400), opts })).toMatchObject(done);
  expect(player.seen.at(-1)).toMatchObject({ text: 'x'.repeat(300), whisper: true });
  const seen = { gameId: player.gameId, name: 'Alice', steamId: player.steamId };
  const chats = { filters: { eventName: ['chat-message'], gameserverId: [gameServerId] } };
  await expect
    .poll(async () => (await rest.ask('POST', '/event/search', { body: chats })).body.data, PATIENT)
    .toContainEqual(expect.objectContaining({ meta: expect.objectContaining({ recipient: expect.objectContaining(seen) }) }));
  expect(await act(`player/${alice}/teleport`, { x: 1.5, y: 2, z: 3 })).toMatchObject(done);
  expect(player.position).toEqual({ x: 2, y: 2, z: 3 });
  expect(await act(`player/${alice}/giveItem`, { name: 'wood', amount: 2, quality: '1' })).toMatchObject(done);
  expect(player.inventory).toContainEqual({ code: 'wood', name: 'Wood', amount: 2, quality: '1' });
  const online = (await rest.ask('GET', `/gameserver/${gameServerId}/players`)).body.data;
  expect(online).toContainEqual(expect.objectContaining(seen));
});

test('an item is given by the id that Takaro knows it by', async ({ rest, arena }) => {
  const { game, gameServerId, alice } = arena;
  const items = async () =>
    (await rest.ask('POST', '/items/search', { body: { filters: { code: ['stone'], gameserverId: [gameServerId] } } })).body.data;
  await expect.poll(async () => (await items()).length, PATIENT).toBe(1);
  const give = (name: string) =>
    rest.ask('POST', `/gameserver/${gameServerId}/player/${alice}/giveItem`, { body: { name, amount: 1, quality: '3' } });

  expect((await give((await items())[0].id)).status).toBe(200);
  expect(game.player('Alice').inventory).toContainEqual({ code: 'stone', name: 'Stone', amount: 1, quality: '3' });
  expect(await give(newId())).toMatchObject(refused(404, 'NotFoundError'));
});

test('players who were on a game server and its items come with it', async ({ rest, arena }) => {
  const find = async () =>
    (await rest.ask('POST', '/gameserver/search', { body: { filters: { id: [arena.gameServerId] }, extend: ['players', 'items'] } })).body
      .data[0];
  await expect.poll(async () => (await find()).items.length, PATIENT).toBeGreaterThan(0);

  const { players, items } = await find();

  expect(players.map(({ name }: { name: string }) => name).toSorted()).toEqual(['Alice', 'Bob']);
  expect(items).toContainEqual(expect.objectContaining({ code: 'wood', icon: null, gameserverId: arena.gameServerId }));
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

test('who leaves by order, and a server that is shut down', async ({ rest }) => {
  const { game, gameServerId } = await rest.openGame('short-lived', ['Carol']);
  const [carol] = (await rest.ask('POST', '/player/search', { body: { filters: { name: ['Carol'] } } })).body.data;
  const path = `/gameserver/${gameServerId}/player/${carol.id}/kick`;
  await expect.poll(async () => (await rest.ask('POST', path, { body: { reason: 'afk' } })).status, PATIENT).toBe(200);
  expect(game.player('Carol').online).toBe(false);

  expect(await rest.ask('POST', `/gameserver/${gameServerId}/shutdown`)).toMatchObject({ status: 200, body: { meta: {}, data: {} } });
});

test('a new registration token drops the game servers that came with the old one', async ({ rest }) => {
  const other = await rest.openDomain();
  const { gameServerId } = await other.openGame('dropped');
  const reachable = async () => (await other.ask('GET', `/gameserver/${gameServerId}`)).body.data.reachable;
  await expect.poll(reachable, PATIENT).toBe(true);

  expect(await other.ask('DELETE', '/gameserver/registrationToken')).toMatchObject({ status: 200, body: { meta: {}, data: {} } });

  await expect.poll(reachable, PATIENT).toBe(false);
});
