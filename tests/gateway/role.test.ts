import { newId } from '@takaro/contracts/ids';
import { PERMISSIONS } from '@takaro/contracts/permissions';
import { expect } from 'vitest';
import type { Rest } from './rest-world.ts';
import { restTest } from './rest-world.ts';

const test = restTest();

const LONG = { timeout: 20_000 };
const id = expect.any(String);
const columns = { id, createdAt: id, updatedAt: id };
const permissionOf = (permission: string) => ({
  permission,
  friendlyName: expect.any(String),
  description: expect.any(String),
  canHaveCount: false,
  moduleVersionId: null,
  ...columns,
});

interface Permission {
  readonly id: string;
  readonly permission: string;
}

async function permissionId({ ask }: Rest, code: string): Promise<string> {
  const { body } = await ask('GET', '/permissions');
  const listed: readonly Permission[] = body.data;
  return listed.find(({ permission }) => permission === code)?.id ?? '';
}

const roleNamed = async ({ ask }: Rest, name: string) =>
  (await ask('POST', '/role/search', { body: { filters: { name: [name] } } })).body.data[0];

const refusal = ({ status, body }: Awaited<ReturnType<Rest['ask']>>) => [status, body.meta.error?.code, body.meta.error?.message];

test('a role is made, read, found, changed and deleted', async ({ rest }) => {
  const { ask } = rest;
  const [players, moments] = [await permissionId(rest, 'READ_PLAYERS'), await permissionId(rest, 'READ_EVENTS')];
  const shown = {
    name: 'Watcher',
    permissions: [
      { permissionId: moments, roleId: id, permission: permissionOf('READ_EVENTS'), count: 0, ...columns },
      { permissionId: players, roleId: id, permission: permissionOf('READ_PLAYERS'), count: 5, ...columns },
    ],
    system: false,
    linkedDiscordRoleId: null,
    ...columns,
  };

  const permissions = [{ permissionId: players, count: 5 }, { permissionId: moments }];
  const made = await ask('POST', '/role', { body: { name: 'Watcher', permissions } });
  const path = `/role/${made.body.data.id}`;

  expect(made).toMatchObject({ status: 200, body: { meta: {} } });
  expect(made.body.data).toEqual(shown);
  expect((await ask('GET', path)).body).toEqual({ meta: {}, data: made.body.data });
  expect((await ask('POST', '/role/search', { body: { search: { name: ['watch'] }, extend: ['permissions'] } })).body).toEqual({
    meta: { page: 0, limit: 100, total: 1 },
    data: [made.body.data],
  });

  const changed = await ask('PUT', path, {
    body: { name: 'Looker', permissions: [{ permissionId: moments }], linkedDiscordRoleId: '123456789012345678' },
  });
  expect(changed.body).toEqual({
    meta: {},
    data: { ...shown, name: 'Looker', permissions: [shown.permissions[0]], linkedDiscordRoleId: '123456789012345678' },
  });

  expect((await ask('DELETE', path)).body).toEqual({ meta: {}, data: {} });
  expect((await ask('GET', path)).status).toBe(404);
  const told = async () => {
    const found = await ask('POST', '/event/search', {
      body: { filters: { eventName: ['role-created', 'role-updated', 'role-deleted'] }, sortBy: 'createdAt' },
    });
    return found.body.data;
  };
  await expect.poll(told, LONG).toMatchObject(
    [
      { eventName: 'role-created', meta: { role: { name: 'Watcher' } } },
      { eventName: 'role-updated', meta: { role: { name: 'Looker' } } },
      { eventName: 'role-deleted', meta: { role: { name: 'Looker' } } },
    ].map((event) => ({ ...event, actingUserId: rest.root.id })),
  );
});

test('what cannot be is refused, by its code', async ({ rest }) => {
  const { ask } = rest;
  const root = await roleNamed(rest, 'root');
  const moderator = await roleNamed(rest, 'Moderator');
  const nobody = `/role/${newId()}`;
  const body = { name: 'Something', permissions: [] };
  const unknown = { name: 'Something', permissions: [{ permissionId: newId() }] };

  for (const refused of [
    await ask('POST', '/role', { body: { name: 'Moderator', permissions: [] } }),
    await ask('PUT', `/role/${moderator.id}`, { body: { name: 'Admin', permissions: [] } }),
  ])
    expect(refusal(refused)).toEqual([409, 'ConflictError', 'Unique constraint violation']);
  expect(refusal(await ask('PUT', `/role/${root.id}`, { body }))).toEqual([400, 'BadRequestError', 'Cannot update root role']);
  expect(refusal(await ask('DELETE', `/role/${root.id}`))).toEqual([400, 'BadRequestError', 'Cannot delete system roles']);
  for (const refused of [
    await ask('POST', '/role', { body: unknown }),
    await ask('PUT', `/role/${moderator.id}`, { body: unknown }),
    await ask('PUT', nobody, { body }),
    await ask('GET', nobody),
    await ask('DELETE', nobody),
  ])
    expect(refusal(refused)).toEqual([404, 'NotFoundError', 'Not found']);
  for (const broken of [
    { name: 'No' },
    { name: 'Something', permissions: [{ permissionId: 'READ_PLAYERS' }] },
    { ...body, linkedDiscordRoleId: '1234' },
    { ...body, system: true },
  ]) {
    expect(refusal(await ask('POST', '/role', { body: broken }))).toMatchObject([400, 'ValidationError', id]);
    expect(refusal(await ask('PUT', `/role/${moderator.id}`, { body: broken }))).toMatchObject([400, 'ValidationError', id]);
  }
  const unset = await ask('PUT', `/role/${moderator.id}`, { body: { name: 'Moderator' } });
  expect(refusal(unset), 'the permissions are needed').toMatchObject([400, 'ValidationError', id]);
  expect(await roleNamed(rest, 'Moderator')).toEqual(moderator);
});

test('the permissions are those of the platform and of installed modules', async ({ rest }) => {
  const { ask } = rest;
  const permissions = [{ permission: 'FLY', friendlyName: 'Fly', description: 'Leave the ground', canHaveCount: true }];
  const { body: made } = await ask('POST', '/module', { body: { name: 'Birds', latestVersion: { permissions } } });
  const module = { id: made.data.id, name: 'Birds' };
  const version = { id: made.data.latestVersion.id, tag: 'latest' };
  const system = PERMISSIONS.toSorted().map(permissionOf);
  expect((await ask('GET', '/permissions')).body).toEqual({ meta: {}, data: system });

  const { gameServerId } = await rest.openGame('with birds');
  expect(await ask('POST', '/module/installation', { body: { versionId: version.id, gameServerId } })).toMatchObject({ status: 200 });

  const { status, body } = await ask('GET', '/permissions', { session: await rest.signIn([]) });
  expect(status, JSON.stringify(body.meta)).toBe(200);
  const fly = { ...permissionOf('FLY'), friendlyName: 'Fly', description: 'Leave the ground', canHaveCount: true };
  expect(body.data).toHaveLength(system.length + 1);
  expect(body.data[0]).toEqual({ ...fly, moduleVersionId: version.id, module, version });
});

test('a deleted role is gone from players and users who had it', async ({ rest }) => {
  const { ask } = rest;
  await rest.openGame('with Alice', ['Alice']);
  const alice = async () => (await ask('POST', '/player/search', { body: { filters: { name: ['Alice'] } } })).body.data[0];
  const { body: role } = await ask('POST', '/role', { body: { name: 'Passing', permissions: [] } });
  await ask('POST', `/player/${(await alice()).id}/role/${role.data.id}`, { body: {} });
  await ask('POST', `/user/${rest.root.id}/role/${role.data.id}`, { body: {} });
  const names = (assignments: readonly { role: { name: string } }[]) => assignments.map((one) => one.role.name);
  expect(names((await alice()).roleAssignments)).toContain('Passing');

  expect((await ask('DELETE', `/role/${role.data.id}`)).status).toBe(200);

  expect(names((await alice()).roleAssignments)).toEqual(['Player']);
  expect(names((await ask('GET', `/user/${rest.root.id}`)).body.data.roles)).toEqual(['root', 'User']);
});

test('who may not manage roles, and who is no dashboard user, changes none', async ({ rest }) => {
  const reader = await rest.signIn(['READ_ROLES']);
  const outside = await rest.signIn(['READ_ROLES', 'MANAGE_ROLES'], { isDashboardUser: false });
  const body = { name: 'Mine', permissions: [] };

  expect(refusal(await rest.ask('POST', '/role', { session: reader, body }))).toMatchObject([403, 'ForbiddenError', id]);
  expect(refusal(await rest.ask('POST', '/role', { session: outside, body }))).toEqual([
    400,
    'BadRequestError',
    'You must be a dashboard user to perform this action',
  ]);
  expect(await roleNamed(rest, 'Mine')).toBeUndefined();
});
