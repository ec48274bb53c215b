import { newId } from '@takaro/contracts/ids';
import { describe, expect } from 'vitest';
import { restTest } from './rest-world.ts';

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

const refusal = (status: number, code: string) => ({ status, body: { meta: { error: { code } }, data: {} } });

describe('POST /event', () => {
  test('writes an event in the name of who asks, and it is found', async ({ rest }) => {
    const gameserverId = newId();

    const created = await rest.ask('POST', '/event', { body: { ...CHAT, gameserverId, actingUserId: newId() } });

    const expected = shown({ gameserverId, actingUserId: rest.root.id });
    expect(created).toMatchObject({ status: 200, body: { meta: {}, data: {} } });
    expect(created.body.data).toEqual(expected);
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

describe('POST /event/search', () => {
  test('finds by every filter, and shows what an event names, where it is there', async ({ rest }) => {
    const { gameServerId } = await rest.openGame('searched', ['Alice']);
    const module = (await rest.ask('POST', '/module', { body: { name: 'named' } })).body.data;
    const player = (await rest.ask('POST', '/player/search', { body: { search: { name: ['Alice'] } } })).body.data[0];
    const names = { gameserverId: gameServerId, moduleId: module.id, playerId: player.id };
    const { id } = (await rest.ask('POST', '/event', { body: { ...CHAT, ...names, userId: rest.root.id } })).body.data;
    const gone = (await rest.ask('POST', '/event', { body: { ...CHAT, gameserverId: newId(), playerId: newId() } })).body.data;
    const filters = { id: [id, gone.id], eventName: ['chat-message'], actingUserId: [rest.root.id], actingModuleId: ['null'] };
    const extend = ['module', 'gameServer', 'player', 'user'];

    const all = await rest.ask('POST', '/event/search', { body: { filters, extend, sortBy: 'createdAt' } });
    const one = await rest.ask('POST', '/event/search', {
      body: {
        filters: { ...filters, moduleId: [module.id], playerId: [player.id], gameserverId: [gameServerId] },
        greaterThan: { createdAt: '2020-01-01T00:00:00.000Z' },
        lessThan: { updatedAt: '2999-01-01T00:00:00.000Z' },
      },
    });

    expect(one.body).toEqual({ meta: { page: 0, limit: 100, total: 1 }, data: [shown({ id, ...names, userId: rest.root.id })] });
    expect(all.body.data).toEqual([
      shown({
        ...names,
        id,
        userId: rest.root.id,
        module: expect.objectContaining({ id: module.id, name: 'named' }),
        gameServer: expect.objectContaining({ id: gameServerId, name: 'searched' }),
        player: expect.objectContaining({ id: player.id, name: 'Alice' }),
        user: expect.objectContaining({ id: rest.root.id }),
      }),
      { ...gone, module: null, gameServer: null, player: null, user: null },
    ]);
  });

  test('shows null where a player came, and refuses a relation, a field and an event that do not exist', async ({ rest }) => {
    const { gameServerId } = await rest.openGame('joined', ['Bob']);
    const came = { filters: { eventName: ['player-connected'], gameserverId: [gameServerId] } };

    await expect
      .poll(async () => (await rest.ask('POST', '/event/search', { body: came })).body.data)
      .toEqual([expect.objectContaining({ eventName: 'player-connected', meta: null })]);

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
    const executed = (success: boolean) => ({
      eventName: 'command-executed',
      meta: {
        result: { success, logs: [] },
        command: { id: newId(), name: 'ping', arguments: {} },
      },
    });
    const failed = (await rest.ask('POST', '/event', { body: executed(false) })).body.data;
    await rest.ask('POST', '/event', { body: executed(true) });
    const session = await rest.signIn(['READ_EVENTS']);

    const found = await rest.ask('POST', '/event/filter/failed-functions', { body: { extend: ['module'] } });
    const denied = await rest.ask('POST', '/event/filter/failed-functions', { session, body: {} });

    expect(found.body).toEqual({ meta: { page: 0, limit: 100, total: 1 }, data: [{ ...failed, module: null }] });
    expect(denied).toMatchObject(refusal(403, 'ForbiddenError'));
  });
});

describe('POST /event/export', () => {
  test('answers CSV to keep, without an envelope', async ({ rest }) => {
    const { id } = (await rest.ask('POST', '/event', { body: { eventName: 'player-linked' } })).body.data;

    const csv = await rest.ask('POST', '/event/export', { body: { filters: { eventName: ['player-linked'] } } });
    const none = await rest.ask('POST', '/event/export', { body: { filters: { id: [newId()] } } });

    expect(csv.status).toBe(200);
    expect(csv.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="events.csv"');
    expect(csv.body).toMatch(new RegExp(`^"id","eventName",.*\n"${id}","player-linked",.*\n$`));
    expect(none.body).toMatch(/^"No events [^"]+"\n$/);
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
