import { newId } from '@takaro/contracts/ids';
import { createToken } from '@takaro/contracts/tenancy/domains';
import { exchangeSession, getDomainRoles, registerVersionPermissions } from '@takaro/contracts/tenancy/internal';
import { getPermissions, getRole, searchRoles } from '@takaro/contracts/tenancy/roles';
import type { World } from '@takaro/testing/world';
import { expect } from 'vitest';
import { addPerson, addRole, giveRole, grant, type Membership } from './people.ts';
import { tenancyTest } from './tenancy-test.ts';

const test = tenancyTest();

const permission = (code: string) => ({ permission: code, friendlyName: 'A name', description: 'What for', canHaveCount: true });

/** A user without roles, and what an API token of theirs is worth. */
async function someUser(world: World, domainId: string, apiToken: string): Promise<Membership> {
  const { users } = await addPerson(world, { passwordOf: `root@${domainId}.com`, domains: [domainId] });
  const [user = { domainId, userId: '' }] = users;
  await world.adminSql(`UPDATE "domain_${domainId}"."apiToken" SET "userId" = $1`, [user.userId]);
  expect(apiToken).toContain(domainId);
  return user;
}

async function register(world: World, domainId: string, versionId: string, codes: readonly string[]) {
  const modules = await world.busFor('modules');
  const token = await modules.serviceToken(domainId);
  const permissions = codes.map(permission);
  return (await modules.call(registerVersionPermissions, { moduleId: newId(), versionId, permissions }, { domainId, token })).permissions;
}

test('a user may do what the unexpired roles allow', async ({ asAdmin, asPublic, domain, world }) => {
  const { token: apiToken } = await asAdmin(createToken, { domainId: domain.id });
  const user = await someUser(world, domain.id, apiToken);
  const permissionsNow = async () => (await asPublic(exchangeSession, { apiToken })).permissions;
  expect(await permissionsNow()).toEqual([]);

  await giveRole(world, user, { role: 'Moderator' });
  expect(await permissionsNow()).toEqual(['READ_PLAYERS', 'READ_SETTINGS']);

  await giveRole(world, user, { role: 'Admin', expiresAt: new Date(Date.now() - 1_000) });
  expect(await permissionsNow()).toEqual(['READ_PLAYERS', 'READ_SETTINGS']);

  await world.adminSql(`UPDATE "domain_${domain.id}"."userRole" SET "expiresAt" = now() + interval '1 hour' WHERE "expiresAt" IS NOT NULL`);
  expect(await permissionsNow()).toContain('ROOT');
});

test('what the system role User allows, every user may do', async ({ asAdmin, asPublic, asUser, domain, world }) => {
  const { token: apiToken } = await asAdmin(createToken, { domainId: domain.id });
  await someUser(world, domain.id, apiToken);
  const { rows } = await asUser(domain)(searchRoles, { filters: { name: ['User'] } });

  await grant(world, { domainId: domain.id, roleId: rows[0]?.id ?? '', code: 'READ_EVENTS' });

  expect(await asPublic(exchangeSession, { apiToken })).toMatchObject({ permissions: ['READ_EVENTS'] });
});

test('managing is withheld from who is no dashboard user', async ({ asAdmin, asPublic, domain, world }) => {
  const { token: apiToken } = await asAdmin(createToken, { domainId: domain.id });
  const user = await someUser(world, domain.id, apiToken);
  await addRole(world, domain.id, 'Keeper', ['MANAGE_PLAYERS', 'READ_PLAYERS']);
  await giveRole(world, user, { role: 'Keeper' });

  expect(await asPublic(exchangeSession, { apiToken })).toMatchObject({ permissions: ['READ_PLAYERS'], withheld: ['MANAGE_PLAYERS'] });

  await world.adminSql(`UPDATE "domain_${domain.id}"."user" SET "isDashboardUser" = true WHERE "id" = $1`, [user.userId]);
  expect(await asPublic(exchangeSession, { apiToken })).toMatchObject({ permissions: ['MANAGE_PLAYERS', 'READ_PLAYERS'], withheld: [] });
});

test('the permissions of an installed version are listed with its module, and roles keep what stays', async ({
  asUser,
  domain,
  installed,
  world,
}) => {
  const versionId = newId();
  const module = { id: newId(), name: 'Animals' };
  installed.push({ id: versionId, tag: 'latest', module });
  const [first] = await register(world, domain.id, versionId, ['FLY', 'SWIM']);
  expect(first).toMatchObject({ permission: 'FLY', moduleVersionId: versionId, canHaveCount: true });
  const roleId = await addRole(world, domain.id, 'Bird', ['FLY', 'READ_PLAYERS']);
  await grant(world, { domainId: domain.id, roleId, code: 'SWIM', count: 3 });

  const second = await register(world, domain.id, versionId, ['FLY', 'RUN']);

  expect(second.map((one) => one.permission)).toEqual(['FLY', 'RUN']);
  expect(second[0]?.id).toBe(first?.id);
  const role = await asUser(domain)(getRole, { id: roleId });
  expect(role.permissions.map(({ permission: { permission: code }, count }) => [code, count])).toEqual([
    ['FLY', 0],
    ['READ_PLAYERS', 0],
  ]);
  const listed = await asUser(domain)(getPermissions, {});
  expect(listed).toHaveLength(26);
  expect(listed.filter(({ moduleVersionId }) => moduleVersionId === versionId).map((one) => one.permission)).toEqual(['FLY', 'RUN']);
  expect(listed.find((one) => one.permission === 'FLY')).toEqual({
    ...first,
    module,
    version: { id: versionId, tag: 'latest' },
    updatedAt: expect.any(String),
  });
  installed.length = 0;
  expect(await asUser(domain)(getPermissions, {}), 'installed nowhere').toHaveLength(24);
  expect(await register(world, domain.id, versionId, [])).toEqual([]);
  expect(await asUser(domain)(getPermissions, {})).toHaveLength(24);
});

test('a module cannot make itself a permission of the platform', async ({ asAdmin, asPublic, domain, world }) => {
  await expect(register(world, domain.id, newId(), ['FLY', 'ROOT'])).rejects.toMatchObject({
    code: 'PERMISSION_RESERVED',
    message: expect.stringContaining('ROOT'),
  });

  const { token: apiToken } = await asAdmin(createToken, { domainId: domain.id });
  const user = await someUser(world, domain.id, apiToken);
  const roleId = await addRole(world, domain.id, 'Trap', []);
  await world.adminSql(
    `WITH p AS (INSERT INTO "domain_${domain.id}"."permission" ("id", "code", "friendlyName", "description", "moduleVersionId")
       VALUES ($1, 'ROOT', 'x', 'x', $1) RETURNING "id")
     INSERT INTO "domain_${domain.id}"."rolePermission" ("id", "roleId", "permissionId") SELECT $1, $2, "id" FROM p`,
    [newId(), roleId],
  );
  await giveRole(world, user, { role: 'Trap' });
  expect(await asPublic(exchangeSession, { apiToken })).toMatchObject({ permissions: [] });
});

test('services see the roles as they are stored, counts that were not given too', async ({ asUser, domain, world }) => {
  const roleId = await addRole(world, domain.id, 'Builder', ['READ_ITEMS']);
  await grant(world, { domainId: domain.id, roleId, code: 'READ_EVENTS', count: 7 });

  const { roles } = await asUser(domain, [])(getDomainRoles, {});

  expect(roles.map(({ name }) => name).toSorted()).toEqual(['Admin', 'Builder', 'Moderator', 'Player', 'User', 'root']);
  const builder = roles.find(({ id }) => id === roleId);
  expect(builder?.permissions.map(({ permission: { permission: code }, count }) => [code, count])).toEqual([
    ['READ_EVENTS', 7],
    ['READ_ITEMS', null],
  ]);
});

test('roles are found by name and id, and one that does not exist is not found', async ({ asUser, domain }) => {
  const ask = asUser(domain, ['READ_ROLES']);
  const found = await ask(searchRoles, { search: { name: ['mod'] }, extend: ['permissions'] });
  const [role] = found.rows;

  expect(found).toMatchObject({ total: 1, rows: [{ name: 'Moderator', system: false, linkedDiscordRoleId: null }] });
  expect(await ask(getRole, { id: role?.id ?? '' })).toEqual(role);
  await expect(ask(getRole, { id: newId() })).rejects.toMatchObject({ code: 'ROLE_NOT_FOUND' });
});
