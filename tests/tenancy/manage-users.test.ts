import { newId } from '@takaro/contracts/ids';
import { createToken, updateDomain } from '@takaro/contracts/tenancy/domains';
import { exchangeSession } from '@takaro/contracts/tenancy/internal';
import { assignUserRole, deleteUser, removeUserRole, updateUser } from '@takaro/contracts/tenancy/manage-users';
import { createRole } from '@takaro/contracts/tenancy/roles';
import { getUser, searchUsers } from '@takaro/contracts/tenancy/users';
import type { World } from '@takaro/testing/world';
import { expect } from 'vitest';
import { addPerson, permissionIds, roleIdOf } from './people.ts';
import { type Ask, tenancyTest } from './tenancy-test.ts';

const test = tenancyTest();

const USER = '01890000-0000-7000-8000-000000000001';
const LONG = { timeout: 20_000 };

async function somebody(world: World, domainId: string): Promise<string> {
  const { users } = await addPerson(world, { passwordOf: `root@${domainId}.com`, domains: [domainId] });
  return users[0]?.userId ?? '';
}

const rolesOf = async (ask: Ask, id: string) => (await ask(getUser, { id })).roles.map(({ role }) => role.name);

test('a user changes by name, and is of the dashboard while there is room', async ({ asAdmin, asUser, domain, world }) => {
  const ask = asUser(domain);
  const [sam, kim] = [await somebody(world, domain.id), await somebody(world, domain.id)];

  expect(await ask(updateUser, { id: sam, name: 'Samuel' })).toMatchObject({ id: sam, name: 'Samuel', isDashboardUser: false });
  expect(await ask(updateUser, { id: sam, isDashboardUser: true })).toMatchObject({ name: 'Samuel', isDashboardUser: true });
  expect(await ask(updateUser, { id: sam, isDashboardUser: true, name: 'Sam' }), 'is one already').toMatchObject({ name: 'Sam' });
  await expect(ask(updateUser, { id: kim, isDashboardUser: true, name: 'Kimberly' })).rejects.toMatchObject({
    code: 'MAX_USERS_REACHED',
    message: 'Max users (1) limit reached',
  });
  expect(await ask(getUser, { id: kim })).toMatchObject({ name: 'Sam', isDashboardUser: false });

  await asAdmin(updateDomain, { id: domain.id, maxUsers: 2 });
  expect(await ask(updateUser, { id: kim, isDashboardUser: true })).toMatchObject({ isDashboardUser: true });
  await expect(ask(updateUser, { id: newId(), name: 'Nobody' })).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
});

test('a removed user has no way in any more, and the identity stays', async ({ asAdmin, asPublic, asUser, domain, otherDomain, world }) => {
  const { token: apiToken } = await asAdmin(createToken, { domainId: domain.id });
  const { email, users } = await addPerson(world, { passwordOf: `root@${domain.id}.com`, domains: [domain.id, otherDomain.id] });
  const [here, there] = users.map(({ userId }) => userId);
  await world.adminSql(`UPDATE "domain_${domain.id}"."apiToken" SET "userId" = $1`, [here]);

  expect(await asUser(domain)(deleteUser, { id: here ?? '' })).toEqual({});

  await expect(asPublic(exchangeSession, { apiToken })).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
  const identities = await world.adminSql(`SELECT FROM takaro_tenancy."identity" WHERE "email" = $1`, [email]);
  expect(identities).toHaveLength(1);
  expect(await asUser(otherDomain)(getUser, { id: there ?? '' })).toMatchObject({ email });
  for (const operation of [deleteUser, getUser] as const)
    await expect(asUser(domain)(operation, { id: here ?? '' })).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
});

test('roles are assigned once, removed, and told with who did it to whom', async ({ asUser, domain, told, world }) => {
  const ask = asUser(domain, ['ROOT'], USER);
  const events = await told(['role-assigned', 'role-removed']);
  const id = await somebody(world, domain.id);
  const roleId = await roleIdOf(ask, 'Moderator');

  expect(await ask(assignUserRole, { id, roleId, expiresAt: '2100-01-01T00:00:00.000Z' })).toEqual({});
  await expect(ask(assignUserRole, { id, roleId })).rejects.toMatchObject({ code: 'ROLE_ALREADY_ASSIGNED' });
  expect((await ask(getUser, { id })).roles).toMatchObject([{ roleId, expiresAt: '2100-01-01T00:00:00.000Z' }, {}]);
  expect(await ask(removeUserRole, { id, roleId })).toEqual({});
  expect(await ask(removeUserRole, { id, roleId }), 'again').toEqual({});

  expect(await rolesOf(ask, id)).toEqual(['User']);
  const about = { domainId: domain.id, userId: id, playerId: null, actingUserId: USER, meta: { role: { id: roleId, name: 'Moderator' } } };
  await expect.poll(events).toMatchObject([
    { name: 'role-assigned', ...about },
    { name: 'role-removed', ...about },
  ]);
});

test('what is not there, and what everybody has, cannot be assigned', async ({ asUser, domain, world }) => {
  const ask = asUser(domain);
  const id = await somebody(world, domain.id);
  const roleId = await roleIdOf(ask, 'Moderator');

  for (const operation of [assignUserRole, removeUserRole] as const) {
    for (const name of ['User', 'Player']) {
      const asked = ask(operation, { id, roleId: await roleIdOf(ask, name) });
      await expect(asked, name).rejects.toMatchObject({ code: 'SYSTEM_ROLE_NOT_ASSIGNABLE' });
    }
    await expect(ask(operation, { id, roleId: newId() })).rejects.toMatchObject({ code: 'ROLE_NOT_FOUND' });
    await expect(ask(operation, { id: newId(), roleId })).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
  }
});

test('a domain keeps somebody with the role root', async ({ asUser, domain, world }) => {
  const ask = asUser(domain);
  const { rows } = await ask(searchUsers, { filters: { name: ['root'] } });
  const root = rows[0]?.id ?? '';
  const roleId = await roleIdOf(ask, 'root');
  const sam = await somebody(world, domain.id);
  await ask(assignUserRole, { id: sam, roleId, expiresAt: '2100-01-01T00:00:00.000Z' });

  await expect(ask(removeUserRole, { id: root, roleId })).rejects.toMatchObject({ code: 'LAST_ROOT' });
  await expect(ask(deleteUser, { id: root })).rejects.toMatchObject({ code: 'LAST_ROOT' });

  await ask(removeUserRole, { id: sam, roleId });
  await ask(assignUserRole, { id: sam, roleId });
  expect(await ask(deleteUser, { id: root })).toEqual({});
  await expect(ask(removeUserRole, { id: sam, roleId })).rejects.toMatchObject({ code: 'LAST_ROOT' });
});

test('an expired role is told as removed by the next look at its user, once', async ({ asUser, domain, told, world }) => {
  const ask = asUser(domain);
  const events = await told(['role-removed']);
  const id = await somebody(world, domain.id);
  const roleId = await roleIdOf(ask, 'Moderator');
  await ask(assignUserRole, { id, roleId, expiresAt: '2020-01-01T00:00:00.000Z' });

  expect(await rolesOf(ask, id)).toEqual(['User']);
  expect(await rolesOf(ask, id)).toEqual(['User']);

  await expect.poll(events).toMatchObject([{ userId: id, actingUserId: null, meta: { role: { id: roleId, name: 'Moderator' } } }]);
  await ask(assignUserRole, { id, roleId });
  expect(await rolesOf(ask, id)).toEqual(['Moderator', 'User']);
});

test('a role that expires is removed although nobody looks', async ({ asUser, domain, told, world }) => {
  const ask = asUser(domain);
  const events = await told(['role-removed']);
  const id = await somebody(world, domain.id);

  await ask(assignUserRole, { id, roleId: await roleIdOf(ask, 'Moderator'), expiresAt: new Date(Date.now() + 100).toISOString() });

  await expect.poll(events, LONG).toMatchObject([{ userId: id, meta: { role: { name: 'Moderator' } } }]);
  expect(await world.adminSql(`SELECT FROM takaro_tenancy."due" WHERE "domainId" = $1`, [domain.id])).toEqual([]);
});

test('a function gives roles, but none that contains ROOT', async ({ asUser, domain, world }) => {
  const ask = asUser(domain);
  const runner = await world.busFor('runner');
  const by = { domainId: domain.id, token: await world.tokens.execution(domain.id) };
  const id = await somebody(world, domain.id);
  const [everything = ''] = await permissionIds(ask, ['ROOT']);
  const { id: mine } = await ask(createRole, { name: 'Sneaky', permissions: [{ permissionId: everything }] });

  for (const roleId of [mine, await roleIdOf(ask, 'Admin'), await roleIdOf(ask, 'root')])
    await expect(runner.call(assignUserRole, { id, roleId }, by)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  await runner.call(assignUserRole, { id, roleId: await roleIdOf(ask, 'Moderator') }, by);

  expect(await rolesOf(ask, id)).toEqual(['Moderator', 'User']);
});
