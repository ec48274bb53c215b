import { newId } from '@takaro/contracts/ids';
import { describe, expect } from 'vitest';
import { gameServerRow, playerNamed, playerRow, userRow } from './related-rows.ts';
import { type Rest, restTest } from './rest-world.ts';

const test = restTest();

const CHAT = { eventName: 'chat-message', meta: { msg: 'hello', channel: 'global' } };

const shown = (event: Readonly<Record<string, unknown>>) => ({
  eventName: 'chat-message',
  moduleId: null,
  playerId: null,
  userId: null,
  gameserverId: null,
  actingUserId: expect.any(String),
  actingModuleId: null,
  meta: { ...CHAT.meta, timestamp: expect.any(String) },
  id: expect.any(String),
  createdAt: expect.any(String),
  updatedAt: expect.any(String),
  ...event,
});

/** Everything that an event can name, by its columns, and the rows that its relations show. */
async function nameable(rest: Rest, name: string, playerName: string) {
  const { game, gameServerId } = await rest.openGame(name, [playerName]);
  const module = (await rest.ask('POST', '/module', { body: { name } })).body.data;
  const moduleId: string = module.id;
  const playerId = await playerNamed(rest, playerName);
  const related = async () => ({
    module,
    gameServer: await gameServerRow(rest, gameServerId, name),
    player: await playerRow(rest, playerId, game.player(playerName)),
    user: await userRow(rest, rest.root.id),
  });
  return { names: { gameserverId: gameServerId, moduleId, playerId, userId: rest.root.id }, related };
}

const RELATIONS = ['module', 'gameServer', 'player', 'user'];
const NONE = { module: null, gameServer: null, player: null, user: null };

const refusal = (status: number, code: string) => ({ status, body: { meta: { error: { code } }, data: {} } });

describe('POST /event', () => {
  test('writes an event in the name of who asks, and it is found', async ({ rest }) => {
    const gameserverId = newId();

    const created = await rest.ask('POST', '/event', { body: { ...CHAT, gameserverId, actingUserId: newId() } });

    const expected = shown({ gameserverId, actingUserId: rest.root.id });
    expect([created.status, created.body]).toEqual([200, { meta: {}, data: expected }]);
    const { createdAt, updatedAt, meta } = created.body.data;
    expect([updatedAt, meta.timestamp]).toEqual([createdAt, createdAt]);
    const found = await rest.ask('GET', `/event/${created.body.data.id}`);
    expect(found.body).toEqual({ meta: {}, data: created.body.data });
  });

  test('refuses a meta that is not of this kind, and who may not', async ({ rest }) => {
    const session = await rest.signIn(['READ_EVENTS']);

    const invalid = await rest.ask('POST', '/event', { body: { eventName: 'chat-message', meta: { msg: 'no channel' } } });
    const unknown = await rest.ask('POST', '/event', { body: { eventName: 'log', meta: { msg: 'x' } } });
    const denied = await rest.ask('POST', '/event', { session, body: CHAT });

    expect(invalid).toMatchObject(refusal(400, 'ValidationError'));
    expect(invalid.body.meta.error?.details).toEqual([expect.objectContaining({ property: expect.stringContaining('meta') })]);
    expect(unknown).toMatchObject(refusal(400, 'ValidationError'));
    expect(denied).toMatchObject(refusal(403, 'ForbiddenError'));
  });
});

test('an event is marked with the module in whose name it was caused, where there is such a module', async ({ rest }) => {
  const { id: moduleId } = (await rest.ask('POST', '/module', { body: { name: 'marker' } })).body.data;
  const set = (key: string, named: string) =>
    rest.ask('POST', `/settings/${key}`, { body: { value: 'true' }, headers: { 'x-takaro-module': named } });

  expect((await set('developerMode', moduleId)).status).toBe(200);
  expect((await set('economyEnabled', newId())).status).toBe(200);
  expect((await set('discordRoleSyncEnabled', 'no id at all')).status).toBe(200);

  const marks = async () => {
    const { data } = (await rest.ask('POST', '/event/search', { body: { filters: { eventName: ['settings-set'] } } })).body;
    const events: { meta: { key: string }; actingModuleId: string | null; actingUserId: string }[] = data;
    return new Map(events.map(({ meta, actingModuleId, actingUserId }) => [meta.key, [actingModuleId, actingUserId]]));
  };
  await expect.poll(marks, { timeout: 20_000 }).toEqual(
    new Map([
      ['developerMode', [moduleId, rest.root.id]],
      ['discordRoleSyncEnabled', [null, rest.root.id]],
      ['economyEnabled', [null, rest.root.id]],
    ]),
  );
});

describe('POST /event/search', () => {
  test('finds by every filter, and shows what an event names, where it is there', async ({ rest }) => {
    const { names, related } = await nameable(rest, 'searched', 'Alice');
    const named = (await rest.ask('POST', '/event', { body: { ...CHAT, ...names } })).body.data;
    const gone = (await rest.ask('POST', '/event', { body: { ...CHAT, gameserverId: newId(), playerId: newId() } })).body.data;
    const filters = { id: [named.id, gone.id], eventName: ['chat-message'], actingUserId: [rest.root.id], actingModuleId: ['null'] };

    const all = await rest.ask('POST', '/event/search', { body: { filters, extend: RELATIONS, sortBy: 'createdAt' } });
    const one = await rest.ask('POST', '/event/search', {
      body: {
        filters: { ...filters, moduleId: [names.moduleId], playerId: [names.playerId], gameserverId: [names.gameserverId] },
        greaterThan: { createdAt: '2020-01-01T00:00:00.000Z' },
        lessThan: { updatedAt: '2999-01-01T00:00:00.000Z' },
      },
    });

    expect(one.body).toEqual({ meta: { page: 0, limit: 100, total: 1 }, data: [named] });
    expect(named).toEqual(shown({ ...names, actingUserId: rest.root.id }));
    expect(all.body).toEqual({
      meta: { page: 0, limit: 100, total: 2 },
      data: [
        { ...named, ...(await related()) },
        { ...gone, ...NONE },
      ],
    });
  });

  test('shows null where a player came, and refuses a relation, a field and an event that do not exist', async ({ rest }) => {
    const { gameServerId } = await rest.openGame('joined', ['Bob']);
    const playerId = await playerNamed(rest, 'Bob');
    const came = { filters: { eventName: ['player-connected'], gameserverId: [gameServerId] } };

    await expect
      .poll(async () => (await rest.ask('POST', '/event/search', { body: came })).body.data)
      .toEqual([shown({ eventName: 'player-connected', meta: null, gameserverId: gameServerId, playerId, actingUserId: null })]);

    const id = newId();
    for (const body of [{ extend: ['shop'] }, { filters: { gameServerId: [id] } }, { search: { eventName: ['x'] } }, { sortBy: 'success' }])
      expect(await rest.ask('POST', '/event/search', { body })).toMatchObject(refusal(400, 'ValidationError'));
    expect(await rest.ask('GET', `/event/${id}`)).toMatchObject({
      status: 404,
      body: { meta: { error: { code: 'NotFoundError', message: `Event with id ${id} not found` } } },
    });
  });
});

describe('POST /event/filter/failed-functions', () => {
  test('finds what failed, and needs both permissions', async ({ rest }) => {
    const { names, related } = await nameable(rest, 'failed', 'Carol');
    const executed = (success: boolean) => ({
      eventName: 'command-executed',
      meta: {
        result: { success, logs: [] },
        command: { id: newId(), name: 'ping', arguments: {} },
      },
    });
    const fails = executed(false);
    const failed = (await rest.ask('POST', '/event', { body: { ...fails, ...names } })).body.data;
    await rest.ask('POST', '/event', { body: executed(true) });
    const session = await rest.signIn(['READ_EVENTS']);

    const found = await rest.ask('POST', '/event/filter/failed-functions', { body: { extend: RELATIONS } });
    const denied = await rest.ask('POST', '/event/filter/failed-functions', { session, body: {} });

    const meta = { ...fails.meta, timestamp: expect.any(String) };
    expect(failed).toEqual(shown({ ...names, eventName: 'command-executed', actingUserId: rest.root.id, meta }));
    expect(found.body).toEqual({ meta: { page: 0, limit: 100, total: 1 }, data: [{ ...failed, ...(await related()) }] });
    expect(denied).toMatchObject(refusal(403, 'ForbiddenError'));
  });
});

const NAMED_PLAYER = ['epicOnlineServicesId', 'gameId', 'ip', 'name', 'ping', 'platformId', 'steamId', 'xboxLiveId'];

/** Of an export of `chat-message` and `player-linked`: whom and what they name, each property of their meta, the rest of it, and when. */
const COLUMNS = [
  ...'id eventName moduleId playerId userId gameserverId actingUserId actingModuleId meta.channel meta.msg'.split(' '),
  ...NAMED_PLAYER.map((name) => `meta.player.${name}`),
  ...NAMED_PLAYER.map((name) => `meta.recipient.${name}`),
  ...'meta.timestamp meta.* createdAt updatedAt'.split(' '),
];

/** Every cell is quoted, an empty one too. */
const lineOf = (cells: Readonly<Record<string, string | undefined>>): string =>
  `${COLUMNS.map((name) => `"${(cells[name] ?? '').replaceAll('"', '""')}"`).join(',')}\n`;

describe('POST /event/export', () => {
  test('answers CSV to keep, without an envelope', async ({ rest }) => {
    const player = { gameId: '7', name: '=1+1', steamId: '76561190000000007' };
    const meta = { msg: 'He said "no", and left', channel: 'team', player, mood: { is: 'bad' } };
    const names = { moduleId: newId(), playerId: newId(), userId: newId(), gameserverId: newId() };
    const said = (await rest.ask('POST', '/event', { body: { eventName: 'chat-message', meta, ...names } })).body.data;
    const linked = (await rest.ask('POST', '/event', { body: { eventName: 'player-linked' } })).body.data;
    const filters = { id: [said.id, linked.id], eventName: ['chat-message', 'player-linked'] };

    const csv = await rest.ask('POST', '/event/export', { body: { filters } });
    const none = await rest.ask('POST', '/event/export', { body: { filters: { id: [newId()] } } });

    const told = {
      'meta.msg': meta.msg,
      'meta.channel': 'team',
      'meta.player.gameId': '7',
      // A spreadsheet would compute it otherwise.
      'meta.player.name': "'=1+1",
      'meta.player.steamId': player.steamId,
      'meta.*': '{"mood":{"is":"bad"}}',
    };
    const always = ({ id, createdAt, updatedAt }: Record<string, string>) => ({
      id,
      actingUserId: rest.root.id,
      'meta.timestamp': createdAt,
      createdAt,
      updatedAt,
    });
    const lines = [
      lineOf(Object.fromEntries(COLUMNS.map((name) => [name, name]))),
      lineOf({ ...always(said), ...names, ...told, eventName: 'chat-message' }),
      lineOf({ ...always(linked), eventName: 'player-linked' }),
    ];
    expect(csv.status).toBe(200);
    expect(csv.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="events.csv"');
    expect(csv.body).toBe(lines.join(''));
    expect(none.body).toBe('"No events were found for these filters in this time"\n');
  });

  test('refuses more than 90 days, a cursor, and who may not', async ({ rest }) => {
    const session = await rest.signIn([]);

    const long = await rest.ask('POST', '/event/export', { body: { greaterThan: { createdAt: '2020-01-01T00:00:00.000Z' } } });
    const cursor = await rest.ask('POST', '/event/export', { body: { cursor: 'x' } });
    const denied = await rest.ask('POST', '/event/export', { session, body: {} });

    expect(long).toMatchObject(refusal(400, 'BadRequestError'));
    expect(cursor).toMatchObject(refusal(400, 'ValidationError'));
    expect(denied).toMatchObject(refusal(403, 'ForbiddenError'));
  });
});
