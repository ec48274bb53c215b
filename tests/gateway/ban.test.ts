import { newId } from '@takaro/contracts/ids';
import { expect } from 'vitest';
import { gamePlayer, gameServerRow, playerRow, rowOf } from './related-rows.ts';
import type { RestAnswer } from './rest-client.ts';
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

/** What is answered where there is nothing to say. */
const DONE = [200, { meta: {}, data: {} }];

const wholeOf = ({ status, body }: RestAnswer) => [status, body];

const generated = { id: expect.any(String), createdAt: expect.any(String), updatedAt: expect.any(String) };

/** An event that the root user caused, with what a test says of it. */
const eventOf = (rest: Rest, fields: Readonly<Record<string, unknown>>) => ({
  moduleId: null,
  userId: null,
  actingUserId: rest.root.id,
  actingModuleId: null,
  ...generated,
  ...fields,
});

test('a ban is made, shown, found, changed and ended', async ({ rest, arena }) => {
  const { game, gameServerId, idOf, bannedInGame } = arena;
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
      ...(await rowOf(rest, 'ban', id)),
    },
  });
  expect((await rest.ask('GET', `/player/ban/${id}`)).body).toEqual(made.body);
  expect(await bannedInGame()).toEqual([{ player: gamePlayer(game.player('Alice')), reason: 'cheating', expiresAt: until }]);

  const body = { gameServerId, playerId, until: null, reason: 'more cheating' };
  const changed = await rest.ask('PUT', `/player/ban/${id}`, { body });
  const now = { ...made.body.data, until: null, reason: 'more cheating', ...(await rowOf(rest, 'ban', id)) };
  expect(changed.body).toEqual({ meta: {}, data: now });
  const found = await rest.ask('POST', '/player/ban/search', {
    body: { filters: { playerId: [playerId], takaroManaged: [true] }, extend: ['player', 'gameServer'] },
  });
  // Who is banned leaves, and how long they were there is a matter of the clock.
  const player = { ...(await playerRow(rest, playerId, game.player('Alice'))), playtimeSeconds: expect.any(Number) };
  expect(found.body).toEqual({
    meta: { page: 0, limit: 100, total: 1 },
    data: [{ ...now, player, gameServer: await gameServerRow(rest, gameServerId, 'arena') }],
  });

  expect(wholeOf(await rest.ask('DELETE', `/player/ban/${id}`))).toEqual(DONE);
  expect(await bannedInGame()).toEqual([]);
  const notFound = refused(404, 'NotFoundError', `Ban with id ${id} not found`);
  expect(await rest.ask('GET', `/player/ban/${id}`)).toMatchObject(notFound);
  expect(await rest.ask('DELETE', `/player/ban/${id}`)).toMatchObject(notFound);
  expect(await rest.ask('PUT', `/player/ban/${id}`, { body })).toMatchObject(notFound);
});

test('a global ban names no game server and reaches the game', async ({ rest, arena }) => {
  const playerId = arena.idOf('Bob');

  const made = await rest.ask('POST', '/player/ban', { body: { playerId, isGlobal: true } });

  expect(made.body).toEqual({
    meta: {},
    data: { playerId, isGlobal: true, gameServerId: null, until: null, reason: null, takaroManaged: true, ...generated },
  });
  expect(await arena.bannedInGame()).toContainEqual({ player: gamePlayer(arena.game.player('Bob')), reason: '' });
  const found = await rest.ask('POST', '/player/ban/search', { body: { filters: { isGlobal: [true] }, extend: ['gameServer'] } });
  expect(found.body.data).toEqual([{ ...made.body.data, gameServer: null }]);
  await rest.ask('DELETE', `/player/ban/${made.body.data.id}`);
});

test('who is banned everywhere is banned on a game server that they come to', async ({ rest, arena }) => {
  const { id } = (await rest.ask('POST', '/player/ban', { body: { playerId: arena.idOf('Bob'), isGlobal: true, reason: 'all over' } })).body
    .data;

  const { game, gameServerId } = await rest.openGame('elsewhere', ['Bob']);

  const bans = async () => (await rest.ask('GET', `/gameserver/${gameServerId}/bans`)).body.data;
  await expect.poll(bans, PATIENT).toEqual([{ player: gamePlayer(game.player('Bob')), reason: 'all over' }]);
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
        body: { filters: { playerId: [playerId], eventName: ['player-banned', 'player-unbanned'] }, sortBy: 'createdAt' },
      })
    ).body.data;

  const until = '2999-01-01T00:00:00.000Z';
  expect(wholeOf(await rest.ask('POST', `${path}/ban`, { body: { reason: 'rude', expiresAt: until } }))).toEqual(DONE);
  expect(game.player('Dave').online).toBe(false);
  const [ban] = (await rest.ask('POST', '/player/ban/search', { body: { filters: { playerId: [playerId] } } })).body.data;
  expect(ban).toEqual({ gameServerId, playerId, reason: 'rude', until, takaroManaged: true, isGlobal: false, ...generated });
  expect(wholeOf(await rest.ask('POST', `${path}/unban`))).toEqual(DONE);
  expect((await rest.ask('POST', '/player/ban/search', { body: { filters: { playerId: [playerId] } } })).body.meta).toMatchObject({
    total: 0,
  });

  await expect.poll(async () => (await told()).length, PATIENT).toBe(2);
  const meta = { isGlobal: false, takaroManaged: true, timestamp: expect.any(String) };
  const about = { gameserverId: gameServerId, playerId };
  expect(await told()).toEqual([
    eventOf(rest, { ...about, eventName: 'player-banned', meta: { ...meta, reason: 'rude', until } }),
    eventOf(rest, { ...about, eventName: 'player-unbanned', meta }),
  ]);
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

  expect(found.body).toEqual({
    meta: { page: 0, limit: 100, total: 1 },
    data: [{ gameServerId, playerId, takaroManaged: false, isGlobal: false, reason: 'by hand', until: null, ...generated }],
  });
  expect(await rest.ask('DELETE', `/player/ban/${found.body.data[0].id}`, { session })).toMatchObject(refused(403, 'ForbiddenError'));
});
