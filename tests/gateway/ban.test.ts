import { newId } from '@takaro/contracts/ids';
import { expect } from 'vitest';
import { type Rest, restTest } from './rest-world.ts';

/** One game server with its players for the file; each test bans somebody of its own. */
const test = restTest().extend<{ arena: Arena }>({
  arena: [async ({ rest }, use) => use(await openArena(rest)), { scope: 'file' }],
});

type Arena = Awaited<ReturnType<typeof openArena>>;

const PATIENT = { timeout: 30_000, interval: 100 };
const PLAYERS = ['Alice', 'Bob', 'Carol', 'Dave', 'Eve'];

async function openArena(rest: Rest) {
  const { game, gameServerId } = await rest.openGame('arena', PLAYERS);
  const found: { id: string; name: string }[] = (await rest.ask('POST', '/player/search', { body: {} })).body.data;
  const ids = new Map(found.map(({ id, name }) => [name, id]));
  return {
    game,
    gameServerId,
    idOf: (name: string): string => ids.get(name) ?? '',
    bannedInGame: async (): Promise<{ player: { name: string }; reason: string }[]> =>
      (await rest.ask('GET', `/gameserver/${gameServerId}/bans`)).body.data,
  };
}

const refused = (status: number, code: string, message?: string) => ({
  status,
  body: { meta: { error: { code, message: message ?? expect.any(String) } }, data: {} },
});

const done = { status: 200, body: { meta: {}, data: {} } };

test('a ban is made, shown, found, changed and ended', async ({ rest, arena }) => {
  const { gameServerId, idOf, bannedInGame } = arena;
  const playerId = idOf('Alice');
  const until = new Date(Date.now() + 3_600_000).toISOString();

  const made = await rest.ask('POST', '/player/ban', { body: { gameServerId, playerId, takaroManaged: false, until, reason: 'cheating' } });
  const { id } = made.body.data;
  expect(made.body).toEqual({
    meta: {},
    data: {
      gameServerId,
      playerId,
      takaroManaged: true,
      isGlobal: false,
      until,
      reason: 'cheating',
      id: expect.any(String),
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    },
  });
  expect((await rest.ask('GET', `/player/ban/${id}`)).body).toEqual(made.body);
  expect(await bannedInGame()).toEqual([
    { player: expect.objectContaining({ name: 'Alice', gameId: expect.any(String) }), reason: 'cheating', expiresAt: until },
  ]);

  const body = { gameServerId, playerId, until: null, reason: 'more cheating' };
  const changed = await rest.ask('PUT', `/player/ban/${id}`, { body });
  expect(changed.body.data).toEqual({ ...made.body.data, until: null, reason: 'more cheating', updatedAt: expect.any(String) });
  const found = await rest.ask('POST', '/player/ban/search', {
    body: { filters: { playerId: [playerId], takaroManaged: [true] }, extend: ['player', 'gameServer'] },
  });
  expect(found.body).toMatchObject({
    meta: { page: 0, limit: 100, total: 1 },
    data: [{ ...changed.body.data, player: { id: playerId, name: 'Alice' }, gameServer: { id: gameServerId, connectionInfo: {} } }],
  });

  expect(await rest.ask('DELETE', `/player/ban/${id}`)).toMatchObject(done);
  expect(await bannedInGame()).toEqual([]);
  const notFound = refused(404, 'NotFoundError', `Ban with id ${id} not found`);
  expect(await rest.ask('GET', `/player/ban/${id}`)).toMatchObject(notFound);
  expect(await rest.ask('DELETE', `/player/ban/${id}`)).toMatchObject(notFound);
  expect(await rest.ask('PUT', `/player/ban/${id}`, { body })).toMatchObject(notFound);
});

test('a global ban names no game server and reaches the game', async ({ rest, arena }) => {
  const playerId = arena.idOf('Bob');

  const made = await rest.ask('POST', '/player/ban', { body: { playerId, isGlobal: true } });

  expect(made.body.data).toMatchObject({ isGlobal: true, gameServerId: null, until: null, reason: null, takaroManaged: true });
  expect(await arena.bannedInGame()).toContainEqual(expect.objectContaining({ player: expect.objectContaining({ name: 'Bob' }) }));
  const found = await rest.ask('POST', '/player/ban/search', { body: { filters: { isGlobal: [true] }, extend: ['gameServer'] } });
  expect(found.body.data).toEqual([{ ...made.body.data, gameServer: null }]);
  await rest.ask('DELETE', `/player/ban/${made.body.data.id}`);
});

test('who is banned everywhere is banned on a game server that they come to', async ({ rest, arena }) => {
  const { id } = (await rest.ask('POST', '/player/ban', { body: { playerId: arena.idOf('Bob'), isGlobal: true, reason: 'all over' } })).body
    .data;

  const { game, gameServerId } = await rest.openGame('elsewhere', ['Bob']);

  const bans = async () => (await rest.ask('GET', `/gameserver/${gameServerId}/bans`)).body.data;
  await expect.poll(bans, PATIENT).toMatchObject([{ player: { name: 'Bob' }, reason: 'all over' }]);
  expect(game.player('Bob').online).toBe(false);
  await rest.ask('DELETE', `/player/ban/${id}`);
});

test('a ban that cannot be is refused', async ({ rest, arena }) => {
  const { gameServerId } = arena;
  const playerId = arena.idOf('Carol');
  const { id } = (await rest.ask('POST', '/player/ban', { body: { gameServerId, playerId } })).body.data;
  const other = (await rest.ask('POST', '/player/ban', { body: { isGlobal: true, playerId } })).body.data;

  for (const ask of [
    (body: object) => rest.ask('POST', '/player/ban', { body }),
    (body: object) => rest.ask('PUT', `/player/ban/${id}`, { body }),
  ]) {
    expect(await ask({ gameServerId, playerId, isGlobal: true })).toMatchObject(refused(400, 'BadRequestError'));
    expect(await ask({ playerId })).toMatchObject(refused(400, 'BadRequestError'));
    expect(await ask({ gameServerId, playerId: newId() })).toMatchObject(refused(404, 'NotFoundError'));
    expect(await ask({ gameServerId: newId(), playerId })).toMatchObject(refused(404, 'NotFoundError'));
  }
  for (const body of [
    { gameServerId, playerId },
    { isGlobal: true, playerId },
  ])
    expect(await rest.ask('POST', '/player/ban', { body })).toMatchObject(refused(409, 'ConflictError'));
  const same = await rest.ask('PUT', `/player/ban/${other.id}`, { body: { gameServerId, playerId } });
  expect(same).toMatchObject(refused(409, 'ConflictError'));
  for (const made of [id, other.id]) await rest.ask('DELETE', `/player/ban/${made}`);
});

test('the old routes ban and end a ban, and the history knows who did', async ({ rest, arena }) => {
  const { gameServerId, game } = arena;
  const playerId = arena.idOf('Dave');
  const path = `/gameserver/${gameServerId}/player/${playerId}`;
  const told = async () =>
    (
      await rest.ask('POST', '/event/search', {
        body: { filters: { playerId: [playerId], eventName: ['player-banned', 'player-unbanned'] } },
      })
    ).body.data;

  expect(await rest.ask('POST', `${path}/ban`, { body: { reason: 'rude', expiresAt: '2999-01-01T00:00:00.000Z' } })).toMatchObject(done);
  expect(game.player('Dave').online).toBe(false);
  const [ban] = (await rest.ask('POST', '/player/ban/search', { body: { filters: { playerId: [playerId] } } })).body.data;
  expect(ban).toMatchObject({ gameServerId, reason: 'rude', until: '2999-01-01T00:00:00.000Z', takaroManaged: true });
  expect(await rest.ask('POST', `${path}/unban`)).toMatchObject(done);
  expect((await rest.ask('POST', '/player/ban/search', { body: { filters: { playerId: [playerId] } } })).body.meta).toMatchObject({
    total: 0,
  });

  await expect.poll(async () => (await told()).length, PATIENT).toBe(2);
  expect(await told()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        eventName: 'player-banned',
        gameserverId: gameServerId,
        actingUserId: rest.root.id,
        meta: expect.objectContaining({ reason: 'rude', until: '2999-01-01T00:00:00.000Z', isGlobal: false, takaroManaged: true }),
      }),
      expect.objectContaining({ eventName: 'player-unbanned', actingUserId: rest.root.id }),
    ]),
  );
});

test('a ban in the game is noted by a job, and who may only read players may see it', async ({ rest, arena }) => {
  const { game, gameServerId } = arena;
  const playerId = arena.idOf('Eve');
  game.ban('Eve', 'by hand');
  const { id } = (await rest.ask('POST', `/gameserver/job/syncBans/${gameServerId}`)).body.data;
  const job = async () => (await rest.ask('GET', `/gameserver/job/syncBans/${id}`)).body.data.status;
  await expect.poll(job, PATIENT).toBe('completed');

  const session = await rest.signIn(['READ_PLAYERS']);
  const found = await rest.ask('POST', '/player/ban/search', { session, body: { filters: { playerId: [playerId] } } });

  expect(found.body.data).toMatchObject([{ gameServerId, takaroManaged: false, reason: 'by hand', until: null }]);
  expect(await rest.ask('DELETE', `/player/ban/${found.body.data[0].id}`, { session })).toMatchObject(refused(403, 'ForbiddenError'));
});
