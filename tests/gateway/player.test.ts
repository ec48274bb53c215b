import { newId } from '@takaro/contracts/ids';
import { describe, expect } from 'vitest';
import { eventsOf, implicitRole, playersOn, refused, roleWith, row, text } from './players-rest.ts';
import { gameServerRow, rowOf, unknown } from './related-rows.ts';
import { restTest } from './rest-world.ts';

const test = restTest();

const NOT_FOUND = [404, 'NotFoundError', 'Not found'];

describe('POST /player/search', () => {
  test('shows players whole, with assignments and the relations asked for', async ({ rest }) => {
    const [anna] = await playersOn(rest, 'search-one', ['Anna Search']);
    const { gameServerId, playerId, gameId, steamId, ip } = anna!;
    const vip = await roleWith(rest, 'Search vip', ['READ_PLAYERS']);
    const role = (await rest.ask('GET', `/role/${vip.id}`)).body.data;
    await rest.ask('POST', `/player/${playerId}/role/${vip.id}`, { body: { gameServerId } });
    const filters = { steamId: [steamId], roleId: [vip.id] };
    const extend = ['playerOnGameServers', 'roles', 'gameServers', 'roleAssignments'];

    const { status, body } = await rest.ask('POST', '/player/search', { body: { filters, extend } });

    expect([status, body.meta]).toEqual([200, { page: 0, limit: 100, total: 1 }]);
    const assigned = { ...row, playerId, roleId: vip.id, role, gameServerId, expiresAt: null };
    const position = { positionX: null, positionY: null, positionZ: null, dimension: null, inventory: [] };
    const here = { ip, ping: 20, currency: 0, online: true, lastSeen: text, playtimeSeconds: 0, ...position };
    expect(body.data).toEqual([
      {
        ...(await rowOf(rest, 'player', playerId)),
        ...unknown,
        name: 'Anna Search',
        steamId,
        platformId: `steam:${steamId}`,
        roleAssignments: [assigned, implicitRole],
        playerOnGameServers: [{ ...row, ...here, gameServerId, playerId, gameId }],
        roles: [role, implicitRole.role],
        gameServerIds: [gameServerId],
        gameServers: [await gameServerRow(rest, gameServerId, 'search-one')],
      },
    ]);
  });

  test('finds by parts of names, ranges and nulls, sorted as people sort', async ({ rest }) => {
    await playersOn(rest, 'search-many', ['Zoë Find', 'zoe find 2', 'Äbel Find', 'Bert Find']);
    const names = async (body: object): Promise<string[]> =>
      (await rest.ask('POST', '/player/search', { body: { sortBy: 'name', search: { name: ['FIND'] }, ...body } })).body.data.map(
        ({ name }: { name: string }) => name,
      );

    expect(await names({})).toEqual(['Äbel Find', 'Bert Find', 'Zoë Find', 'zoe find 2']);
    expect(await names({ sortDirection: 'desc', limit: 1, page: 1 })).toEqual(['Zoë Find']);
    expect(await names({ filters: { name: ['Bert Find', 'Nobody'], steamVacBanned: ['null'] } })).toEqual(['Bert Find']);
    expect(await names({ filters: { steamCommunityBanned: true } })).toEqual([]);
    expect(await names({ greaterThan: { createdAt: new Date(Date.now() + 60_000).toISOString() } })).toEqual([]);
    expect(await names({ lessThan: { steamLevel: 3 } })).toEqual([]);
    expect((await rest.ask('POST', '/player/search', { body: { sortBy: 'nothing' } })).status).toBe(400);
  });
});

describe('GET /player/{id}', () => {
  test('shows one with the names and addresses they were seen with', async ({ rest }) => {
    const [anna] = await playersOn(rest, 'get-one', ['Anna Get']);
    const { playerId, steamId, ip } = anna!;

    const { status, body } = await rest.ask('GET', `/player/${playerId}`);

    const address = { ip, country: null, city: null, latitude: null, longitude: null, createdAt: text };
    expect(status).toBe(200);
    expect(body).toEqual({
      meta: {},
      data: {
        ...(await rowOf(rest, 'player', playerId)),
        ...unknown,
        name: 'Anna Get',
        steamId,
        platformId: `steam:${steamId}`,
        roleAssignments: [implicitRole],
        nameHistory: [{ ...row, name: 'Anna Get' }],
        ipHistory: [address],
      },
    });
  });

  test('answers 404 where there is nobody', async ({ rest }) => {
    expect(refused(await rest.ask('GET', `/player/${newId()}`))).toEqual(NOT_FOUND);
  });
});

describe('roles of players', () => {
  test('are assigned anew with another end, and removed by a body that names the game server', async ({ rest }) => {
    const [anna] = await playersOn(rest, 'roles', ['Anna Roles']);
    const { playerId, gameServerId } = anna!;
    const { id: roleId } = await roleWith(rest, 'Roles vip', []);
    const path = `/player/${playerId}/role/${roleId}`;
    const held = async () =>
      (await rest.ask('GET', `/player/${playerId}`)).body.data.roleAssignments
        .slice(0, -1)
        .map((found: { gameServerId: string; expiresAt: string }) => [found.gameServerId, found.expiresAt]);
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();

    const answers = [await rest.ask('POST', path, { body: {} }), await rest.ask('POST', path, { body: { gameServerId } })];
    answers.push(await rest.ask('POST', path, { body: { gameServerId, expiresAt } }));
    const before = await held();
    answers.push(await rest.ask('DELETE', path, { body: { gameServerId } }));
    const after = await held();

    expect(answers.map(({ status, body }) => [status, body])).toEqual(answers.map(() => [200, { meta: {}, data: {} }]));
    expect(before).toEqual([
      [null, null],
      [gameServerId, expiresAt],
    ]);
    expect(after).toEqual([[null, null]]);
    const role = { id: roleId, name: 'Roles vip' };
    const assigned = await eventsOf(rest, { eventName: 'role-assigned', count: 3, playerId });
    expect(assigned[1]).toMatchObject({ gameserverId: gameServerId, actingUserId: rest.root.id, meta: { role } });
    const [removed] = await eventsOf(rest, { eventName: 'role-removed', count: 1, playerId });
    expect(removed).toMatchObject({ gameserverId: gameServerId, actingUserId: rest.root.id, meta: { role } });
  });

  test('that are over are removed when they are read', async ({ rest }) => {
    const [anna] = await playersOn(rest, 'roles-over', ['Anna Over']);
    const { id: roleId } = await roleWith(rest, 'Over vip', []);
    const expiresAt = new Date(Date.now() - 1_000).toISOString();
    await rest.ask('POST', `/player/${anna!.playerId}/role/${roleId}`, { body: { expiresAt } });

    const { body } = await rest.ask('GET', `/player/${anna!.playerId}`);

    expect(body.data.roleAssignments).toEqual([implicitRole]);
    await eventsOf(rest, { eventName: 'role-removed', count: 1, playerId: anna!.playerId });
  });

  test('are refused where there is no such thing, or the role is of the system', async ({ rest }) => {
    const [anna] = await playersOn(rest, 'roles-refused', ['Anna Refused']);
    const { playerId } = anna!;
    const { id: roleId } = await roleWith(rest, 'Refused vip', []);
    const { roleAssignments } = (await rest.ask('GET', `/player/${playerId}`)).body.data;
    const nowhere = newId();

    for (const method of ['POST', 'DELETE'] as const) {
      const ask = async (player: string, role: string) => refused(await rest.ask(method, `/player/${player}/role/${role}`, { body: {} }));
      expect(await ask(newId(), roleId)).toEqual(NOT_FOUND);
      expect((await ask(playerId, newId())).slice(0, 2)).toEqual([404, 'NotFoundError']);
      expect((await ask(playerId, roleAssignments[0].roleId)).slice(0, 2)).toEqual([400, 'BadRequestError']);
    }
    const assigned = await rest.ask('POST', `/player/${playerId}/role/${roleId}`, { body: { gameServerId: nowhere } });
    expect(refused(assigned)).toEqual([404, 'NotFoundError', `Gameserver with id ${nowhere} not found`]);
  });
});

describe('removing players', () => {
  test('takes them and what names them, and is told', async ({ rest }) => {
    const [anna] = await playersOn(rest, 'delete-one', ['Anna Delete']);
    const { playerId } = anna!;
    const variable = await rest.ask('POST', '/variables', { body: { key: 'home', value: 'here', playerId } });
    expect(variable.status).toBe(200);
    await rest.world.adminSql(`update "domain_${rest.id}"."user" set "playerId" = $1 where "id" = $2`, [playerId, rest.root.id]);

    const { status, body } = await rest.ask('DELETE', `/player/${playerId}`);

    expect([status, body]).toEqual([200, { meta: {}, data: {} }]);
    expect(refused(await rest.ask('GET', `/player/${playerId}`))).toEqual(NOT_FOUND);
    expect(refused(await rest.ask('DELETE', `/player/${playerId}`))).toEqual(NOT_FOUND);
    expect((await rest.ask('GET', `/variables/${variable.body.data.id}`)).status).toBe(404);
    expect((await rest.ask('GET', `/user/${rest.root.id}`)).body.data).toMatchObject({ id: rest.root.id, playerId: null });
    const [told] = await eventsOf(rest, { eventName: 'player-deleted', count: 1, playerId });
    expect(told).toMatchObject({ gameserverId: null, actingUserId: rest.root.id, meta: { playerName: 'Anna Delete' } });
  });

  test('in bulk answers for each, from one to a thousand', async ({ rest }) => {
    const [anna, bert] = await playersOn(rest, 'delete-many', ['Anna Bulk', 'Bert Bulk']);
    const nobody = newId();
    const remove = (playerIds: unknown) => rest.ask('DELETE', '/player', { body: { playerIds } });

    const { status, body } = await remove([anna!.playerId, nobody, bert!.playerId]);

    const errors = [{ playerId: nobody, reason: 'Player not found' }];
    expect([status, body]).toEqual([200, { meta: {}, data: { deleted: 2, failed: 1, errors } }]);
    expect((await remove([nobody])).body.data).toEqual({ deleted: 0, failed: 1, errors });
    for (const playerId of [anna!.playerId, bert!.playerId]) await eventsOf(rest, { eventName: 'player-deleted', count: 1, playerId });
    for (const wrong of [[], 'x', [1], Array.from({ length: 1_001 }, () => newId())]) expect((await remove(wrong)).status).toBe(400);
  });
});
