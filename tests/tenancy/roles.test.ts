import { newId } from '@takaro/contracts/ids';
import { createRole, deleteRole, getRole, updateRole } from '@takaro/contracts/tenancy/roles';
import { getUser } from '@takaro/contracts/tenancy/users';
import { expect } from 'vitest';
import { addPerson, giveRole, permissionIds, roleIdOf } from './people.ts';
import { tenancyTest } from './tenancy-test.ts';

const test = tenancyTest();

const USER = '01890000-0000-7000-8000-000000000001';

test('a role is made with its permissions sorted by code, and told in the name of who made it', async ({ asUser, domain, told }) => {
  const ask = asUser(domain, ['ROOT'], USER);
  const events = await told(['role-created']);
  const [players = '', moments = ''] = await permissionIds(ask, ['READ_PLAYERS', 'READ_EVENTS']);

  const role = await ask(createRole, {
    name: 'Watcher',
    permissions: [{ permissionId: players, count: 3 }, { permissionId: moments }],
    linkedDiscordRoleId: '123456789012345678',
  });

  expect(role).toMatchObject({ name: 'Watcher', system: false, linkedDiscordRoleId: '123456789012345678' });
  expect(role.permissions.map(({ permission, count, roleId }) => [permission.permission, count, roleId])).toEqual([
    ['READ_EVENTS', 0, role.id],
    ['READ_PLAYERS', 3, role.id],
  ]);
  expect(await ask(getRole, { id: role.id })).toEqual(role);
  await expect.poll(events).toMatchObject([{ domainId: domain.id, actingUserId: USER, meta: { role: { id: role.id, name: 'Watcher' } } }]);
});

test('an update replaces the whole set of permissions, and what stays keeps its row', async ({ asUser, domain, told }) => {
  const ask = asUser(domain);
  const events = await told(['role-updated']);
  const [players = '', moments = '', items = ''] = await permissionIds(ask, ['READ_PLAYERS', 'READ_EVENTS', 'READ_ITEMS']);
  const permissions = [{ permissionId: players }, { permissionId: moments }];
  const before = await ask(createRole, { name: 'Watcher', permissions, linkedDiscordRoleId: '123456789012345678' });

  const after = await ask(updateRole, { id: before.id, permissions: [{ permissionId: players, count: 2 }, { permissionId: items }] });

  expect(after).toMatchObject({ name: 'Watcher', linkedDiscordRoleId: '123456789012345678' });
  expect(after.permissions.map(({ permission, count }) => [permission.permission, count])).toEqual([
    ['READ_ITEMS', 0],
    ['READ_PLAYERS', 2],
  ]);
  const rowOf = (role: typeof after) => role.permissions.find(({ permissionId }) => permissionId === players)?.id;
  expect(rowOf(after)).toBe(rowOf(before));
  await expect.poll(events).toMatchObject([{ meta: { role: { id: before.id, name: 'Watcher' } } }]);

  const renamed = await ask(updateRole, { id: before.id, name: 'Looker', permissions: [], linkedDiscordRoleId: null });
  expect(renamed).toMatchObject({ name: 'Looker', permissions: [], linkedDiscordRoleId: null });
});

test('a name belongs to one role, and permissions have to be there: else nothing is written', async ({ asUser, domain }) => {
  const ask = asUser(domain);
  const [players = ''] = await permissionIds(ask, ['READ_PLAYERS']);
  const role = await ask(createRole, { name: 'Watcher', permissions: [{ permissionId: players }] });
  const unknown = [{ permissionId: players }, { permissionId: newId() }];

  await expect(ask(createRole, { name: 'Watcher', permissions: [] })).rejects.toMatchObject({ code: 'ROLE_NAME_TAKEN' });
  await expect(ask(createRole, { name: 'Other', permissions: unknown })).rejects.toMatchObject({ code: 'PERMISSION_NOT_FOUND' });
  expect(await roleIdOf(ask, 'Other')).toBe('');
  await expect(ask(updateRole, { id: role.id, name: 'Moderator', permissions: [] })).rejects.toMatchObject({ code: 'ROLE_NAME_TAKEN' });
  await expect(ask(updateRole, { id: role.id, permissions: unknown })).rejects.toMatchObject({ code: 'PERMISSION_NOT_FOUND' });
  expect(await ask(getRole, { id: role.id })).toEqual(role);
});

test('root never changes, other system roles keep their names, and none of them can be deleted', async ({ asUser, domain }) => {
  const ask = asUser(domain);
  const [players = ''] = await permissionIds(ask, ['READ_PLAYERS']);
  const root = await roleIdOf(ask, 'root');
  const everybody = await roleIdOf(ask, 'User');

  await expect(ask(updateRole, { id: root, permissions: [] })).rejects.toMatchObject({ code: 'ROOT_ROLE_FIXED' });
  expect(await ask(updateRole, { id: everybody, name: 'Nobody', permissions: [{ permissionId: players }] })).toMatchObject({
    name: 'User',
    system: true,
    permissions: [{ permissionId: players }],
  });
  for (const id of [root, everybody]) await expect(ask(deleteRole, { id })).rejects.toMatchObject({ code: 'SYSTEM_ROLE_FIXED' });
});

test('a deleted role is gone from who had it', async ({ asUser, domain, told, world }) => {
  const ask = asUser(domain);
  const events = await told(['role-deleted']);
  const { users } = await addPerson(world, { passwordOf: `root@${domain.id}.com`, domains: [domain.id] });
  const [sam = { domainId: '', userId: '' }] = users;
  const role = await ask(createRole, { name: 'Watcher', permissions: [] });
  await giveRole(world, sam, { role: 'Watcher' });

  expect(await ask(deleteRole, { id: role.id })).toEqual({});

  expect((await ask(getUser, { id: sam.userId })).roles).toMatchObject([{ role: { name: 'User' } }]);
  await expect.poll(events).toMatchObject([{ meta: { role: { id: role.id, name: 'Watcher' } } }]);
  for (const asked of [
    () => ask(getRole, { id: role.id }),
    () => ask(deleteRole, { id: role.id }),
    () => ask(updateRole, { id: role.id, permissions: [] }),
  ])
    await expect(asked()).rejects.toMatchObject({ code: 'ROLE_NOT_FOUND' });
});
