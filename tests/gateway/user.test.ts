import { newId } from '@takaro/contracts/ids';
import { createPlayerLink } from '@takaro/contracts/tenancy/player-links';
import { expect } from 'vitest';
import { addPerson } from '../tenancy/people.ts';
import type { Rest } from './rest-world.ts';
import { restTest } from './rest-world.ts';

const test = restTest();

const LONG = { timeout: 20_000 };
const id = expect.any(String);
const columns = { id, createdAt: id, updatedAt: id };

const roleNamed = async ({ ask }: Rest, name: string) =>
  (await ask('POST', '/role/search', { body: { filters: { name: [name] } } })).body.data[0];

const refusal = ({ status, body }: Awaited<ReturnType<Rest['ask']>>) => [status, body.meta.error?.code, body.meta.error?.message];

async function somebody({ id: domainId, root, world }: Rest): Promise<{ readonly id: string; readonly email: string }> {
  const { email, users } = await addPerson(world, { passwordOf: root.email, domains: [domainId] });
  return { id: users[0]?.userId ?? '', email };
}

/** Somebody who plays. */
async function playing(rest: Rest, name: string) {
  const { ask } = rest;
  await rest.openGame(`game of ${name}`, [name]);
  const [player] = (await ask('POST', '/player/search', { body: { filters: { name: [name] } } })).body.data;
  const pogs = await ask('POST', '/gameserver/player/search', { body: { filters: { playerId: [player.id] } } });
  return { player, pog: pogs.body.data[0] };
}

/** A code as the command of the game gives it. */
async function codeFor({ id: domainId, world }: Rest, playerId: string): Promise<string> {
  const modules = await world.busFor('modules');
  const { code } = await modules.call(createPlayerLink, { playerId }, { domainId, token: await modules.serviceToken(domainId) });
  return code;
}

const link = async (rest: Rest, playerId: string, asking: { readonly email: string; readonly session: string | null }) =>
  rest.ask('POST', '/user/player', { session: asking.session, body: { email: asking.email, code: await codeFor(rest, playerId) } });

test('a user is read, found, changed and removed', async ({ rest }) => {
  const { ask } = rest;
  const sam = await somebody(rest);
  const everybody = await roleNamed(rest, 'User');
  const shown = {
    name: 'Sam',
    email: sam.email,
    idpId: id,
    discordId: null,
    lastSeen: id,
    playerId: null,
    isDashboardUser: false,
    ...columns,
    id: sam.id,
    roles: [{ userId: sam.id, roleId: everybody.id, role: everybody }],
  };

  expect((await ask('GET', `/user/${sam.id}`)).body).toEqual({ meta: {}, data: shown });
  const search = { filters: { name: ['Sam'], id: [sam.id], roleId: [everybody.id], playerId: ['null'] }, extend: ['roles'] };
  expect((await ask('POST', '/user/search', { body: search })).body).toEqual({ meta: { page: 0, limit: 100, total: 1 }, data: [shown] });

  const changed = await ask('PUT', `/user/${sam.id}`, { body: { name: 'Samuel', isDashboardUser: true } });
  expect(changed.body).toEqual({ meta: {}, data: { ...shown, name: 'Samuel', isDashboardUser: true } });

  expect((await ask('DELETE', `/user/${sam.id}`)).body).toEqual({ meta: {}, data: {} });
  const gone = [404, 'NotFoundError', `User with id ${sam.id} not found`];
  expect(refusal(await ask('GET', `/user/${sam.id}`))).toEqual(gone);
  expect(refusal(await ask('PUT', `/user/${sam.id}`, { body: {} }))).toEqual(gone);
  expect(refusal(await ask('DELETE', `/user/${sam.id}`))).toEqual(gone);
});

test('users are found by all that they can be found by', async ({ rest }) => {
  const { ask } = rest;
  const sam = await somebody(rest);
  const moderator = await roleNamed(rest, 'Moderator');
  await ask('POST', `/user/${sam.id}/role/${moderator.id}`, { body: {} });
  const { body: one } = await ask('GET', `/user/${sam.id}`);
  const found = async (body: object) =>
    (await ask('POST', '/user/search', { body: { sortBy: 'createdAt', sortDirection: 'desc', ...body } })).body.data.map(
      (user: { id: string }) => user.id,
    );

  for (const filters of [
    { idpId: [one.data.idpId] },
    { roleId: [moderator.id] },
    { roleId: [moderator.id, (await roleNamed(rest, 'root')).id], name: ['Sam'] },
    { id: [sam.id], isDashboardUser: false, discordId: ['null'] },
  ])
    expect(await found({ filters }), JSON.stringify(filters)).toEqual([sam.id]);
  expect((await found({ search: { name: ['sA'], discordId: ['nothing'] } }))[0]).toBe(sam.id);
  for (const column of ['createdAt', 'updatedAt', 'lastSeen']) {
    expect((await found({ greaterThan: { [column]: one.data.createdAt } })).includes(sam.id), column).toBe(true);
    expect((await found({ lessThan: { [column]: '2020-01-01T00:00:00.000Z' } })).includes(sam.id), column).toBe(false);
  }
  expect((await ask('POST', '/user/search', { body: { extend: ['player'] } })).status).toBe(400);
});

test('roles are given and taken, and the history says who did it', async ({ rest }) => {
  const { ask } = rest;
  const sam = await somebody(rest);
  const role = await roleNamed(rest, 'Moderator');
  const path = `/user/${sam.id}/role/${role.id}`;

  expect((await ask('POST', path, { body: { expiresAt: '2100-01-01T00:00:00.000Z' } })).body).toEqual({ meta: {}, data: {} });
  expect((await ask('GET', `/user/${sam.id}`)).body.data.roles[0]).toEqual({
    userId: sam.id,
    roleId: role.id,
    role,
    expiresAt: '2100-01-01T00:00:00.000Z',
    ...columns,
  });
  expect(refusal(await ask('POST', path, { body: {} }))).toEqual([409, 'ConflictError', 'Unique constraint violation']);
  expect((await ask('DELETE', path)).body).toEqual({ meta: {}, data: {} });

  const told = async () => {
    const { body } = await ask('POST', '/event/search', {
      body: { filters: { eventName: ['role-assigned', 'role-removed'] }, sortBy: 'createdAt' },
    });
    return body.data.filter(({ userId }: { userId: string }) => userId === sam.id);
  };
  const event = { userId: sam.id, playerId: null, actingUserId: rest.root.id, meta: { role: { id: role.id, name: 'Moderator' } } };
  await expect.poll(told, LONG).toMatchObject([
    { eventName: 'role-assigned', ...event },
    { eventName: 'role-removed', ...event },
  ]);
});

test('what cannot be is refused, by its code', async ({ rest }) => {
  const { ask } = rest;
  const sam = await somebody(rest);
  const root = await roleNamed(rest, 'root');
  const everybody = await roleNamed(rest, 'User');

  for (const method of ['POST', 'DELETE'] as const) {
    const body = method === 'POST' ? {} : undefined;
    expect(refusal(await ask(method, `/user/${sam.id}/role/${everybody.id}`, { body }))).toMatchObject([400, 'BadRequestError', id]);
    expect(refusal(await ask(method, `/user/${sam.id}/role/${newId()}`, { body }))).toEqual([404, 'NotFoundError', 'Not found']);
    expect(refusal(await ask(method, `/user/${newId()}/role/${root.id}`, { body }))).toMatchObject([404, 'NotFoundError', id]);
  }
  expect(refusal(await ask('DELETE', `/user/${rest.root.id}/role/${root.id}`))).toMatchObject([400, 'BadRequestError', id]);
  expect(refusal(await ask('DELETE', `/user/${rest.root.id}`))).toMatchObject([400, 'BadRequestError', id]);
  for (const body of [{ name: 'No' }, { isDashboardUser: 'yes' }, { email: 'other@example.com' }])
    expect(refusal(await ask('PUT', `/user/${sam.id}`, { body }))).toMatchObject([400, 'ValidationError', id]);

  const crowded = await rest.openDomain({ maxUsers: 0 });
  const refused = await crowded.ask('PUT', `/user/${crowded.root.id}`, { body: { isDashboardUser: true } });
  expect(refusal(refused)).toEqual([400, 'BadRequestError', 'Max users (0) limit reached']);
  expect(refusal(await ask('GET', '/player/me'))).toEqual([404, 'NotFoundError', 'Not found']);
});

test('a user without a player sees who they are', async ({ rest }) => {
  const { body } = await rest.ask('GET', '/me');
  const domain = (await rest.ask('GET', `/domain/${rest.id}`, { admin: true })).body.data;

  const user = (await rest.ask('GET', `/user/${rest.root.id}`)).body.data;
  expect(body).toEqual({ meta: {}, data: { user: { ...user, lastSeen: id }, domains: [domain], domain: rest.id, pogs: [] } });
});

test('a user is also the player that they are linked to', async ({ rest }) => {
  const { ask } = rest;
  const { player, pog } = await playing(rest, 'Alice');
  const session = await rest.signIn([]);
  const me = (await ask('GET', '/me', { session })).body.data.user;

  const linked = await link(rest, player.id, { email: me.email, session });
  expect(linked.headers.get('set-cookie')).toContain(`takaro-domain=${rest.id}`);
  const after = (await ask('GET', '/me', { session })).body.data;

  const domains = [expect.not.objectContaining({ serverRegistrationToken: id })];
  const { roles: _roles, player: _player, ...bare } = pog;
  const { playerOnGameServers: _here, ...shownPlayer } = player;
  const user = { ...me, playerId: player.id, player: shownPlayer, lastSeen: id, updatedAt: id };
  const { player: _own, ...withoutPlayer } = user;
  expect(linked.body).toEqual({ meta: {}, data: { ...withoutPlayer, domainId: rest.id } });
  expect(after).toEqual({ user, domains, domain: rest.id, player: shownPlayer, pogs: [{ ...bare, ...(await livingParts(rest, pog.id)) }] });
  expect((await ask('GET', '/player/me', { session })).body.data).toEqual({ player: after.player, pogs: after.pogs });
  expect((await ask('GET', `/user/${me.id}`)).body.data).toMatchObject({ playerId: player.id, player: { id: player.id, name: 'Alice' } });
  const found = await ask('POST', '/user/search', { body: { filters: { playerId: [player.id] } } });
  expect(found.body.data).toMatchObject([{ id: me.id, player: { id: player.id } }]);
});

/** What a game goes on telling of a player. */
async function livingParts({ ask }: Rest, pogId: string) {
  const { body } = await ask('POST', '/gameserver/player/search', { body: { filters: { id: [pogId] } } });
  const { lastSeen, updatedAt, playtimeSeconds } = body.data[0];
  return { lastSeen, updatedAt, playtimeSeconds };
}

test('the roles of the linked player count, but who is no dashboard user does not manage by them', async ({ rest }) => {
  const { ask } = rest;
  const { player, pog } = await playing(rest, 'Bob');
  const session = await rest.signIn([], { isDashboardUser: false });
  const me = (await ask('GET', '/me', { session })).body.data.user;
  await link(rest, player.id, { email: me.email, session });
  const may = async (method: 'GET' | 'POST', path: string, body?: unknown) => (await ask(method, path, { session, body })).status;
  expect(await may('POST', '/player/search', {})).toBe(403);

  const moderator = await roleNamed(rest, 'Moderator');
  await ask('POST', `/player/${player.id}/role/${moderator.id}`, { body: { gameServerId: pog.gameServerId } });
  await expect.poll(() => may('POST', '/player/search', {}), LONG).toBe(200);
  expect(await may('POST', '/role/search', {})).toBe(403);

  const admin = await roleNamed(rest, 'Admin');
  await ask('POST', `/player/${player.id}/role/${admin.id}`, { body: {} });
  await expect.poll(() => may('POST', '/role/search', {}), LONG).toBe(200);
  const refused = await ask('POST', '/role', { session, body: { name: 'Mine', permissions: [] } });
  expect(refusal(refused)).toEqual([400, 'BadRequestError', 'You must be a dashboard user to perform this action']);
  const { body } = await ask('GET', '/me', { session });
  expect(body.data.domains[0]).not.toHaveProperty('serverRegistrationToken');

  await ask('PUT', `/user/${me.id}`, { body: { isDashboardUser: true } });
  await expect.poll(() => may('POST', '/role', { name: 'Mine', permissions: [] }), LONG).toBe(200);
});

test('somebody new is linked without a session, and sets a password then', async ({ rest }) => {
  const { player } = await playing(rest, 'Carol');
  const email = 'carol@example.com';

  const linked = await link(rest, player.id, { email, session: null });

  const { oneTimeLink, ...user } = linked.body.data;
  expect(user).toMatchObject({ name: email, email, playerId: player.id, isDashboardUser: false, domainId: rest.id });
  const password = 'a password of her own';
  expect((await rest.ask('POST', '/user/password', { session: null, body: { token: oneTimeLink.token, password } })).status).toBe(200);
  const { body } = await rest.ask('POST', '/login', { session: null, body: { username: email, password } });
  expect((await rest.ask('GET', '/player/me', { session: body.data.token })).body.data.player).toMatchObject({
    id: player.id,
    name: 'Carol',
  });
  const told = async () =>
    (await rest.ask('POST', '/event/search', { body: { filters: { eventName: ['player-linked'], playerId: [player.id] } } })).body;
  await expect.poll(told, LONG).toMatchObject({ data: [{ userId: user.id, playerId: player.id }] });

  const again = await link(rest, player.id, { email: rest.root.email, session: rest.root.session });
  expect(refusal(again)).toEqual([409, 'ConflictError', 'Unique constraint violation']);
  const asNobody = await link(rest, player.id, { email, session: null });
  expect(refusal(asNobody), 'a known address').toMatchObject([400, 'BadRequestError', id]);
  const unknown = await rest.ask('POST', '/user/player', { session: null, body: { email: 'new@example.com', code: 'no such code' } });
  expect(refusal(unknown)).toMatchObject([400, 'BadRequestError', id]);
});
