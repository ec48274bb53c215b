import { newId } from '@takaro/contracts/ids';
import { createDomain, getDomain } from '@takaro/contracts/tenancy/domains';
import { getUserByPlayer, getUsersByIds } from '@takaro/contracts/tenancy/internal';
import { searchRoles } from '@takaro/contracts/tenancy/roles';
import { setSetting } from '@takaro/contracts/tenancy/settings';
import { getMe, getUser, searchUsers } from '@takaro/contracts/tenancy/users';
import { expect } from 'vitest';
import { addPerson, giveRole } from './people.ts';
import { tenancyTest } from './tenancy-test.ts';

const test = tenancyTest();

test('a user has the roles that were given and the implicit role User, which has neither id nor dates', async ({
  asUser,
  domain,
  world,
}) => {
  const { users, email } = await addPerson(world, { passwordOf: `root@${domain.id}.com`, domains: [domain.id] });
  const [sam = { domainId: '', userId: '' }] = users;
  await giveRole(world, sam, { role: 'Moderator', expiresAt: new Date('2100-01-01T00:00:00Z') });
  await giveRole(world, sam, { role: 'Admin', expiresAt: new Date('2020-01-01T00:00:00Z') });

  const user = await asUser(domain)(getUser, { id: sam.userId });

  expect(user).toMatchObject({ name: 'Sam', email, discordId: null, playerId: null, isDashboardUser: false });
  expect(user.roles).toMatchObject([
    { role: { name: 'Moderator' }, userId: sam.userId, expiresAt: '2100-01-01T00:00:00.000Z' },
    { role: { name: 'User' } },
  ]);
  expect(Object.keys(user.roles[1] ?? {}).toSorted()).toEqual(['role', 'roleId', 'userId']);
  await expect(asUser(domain)(getUser, { id: newId() })).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
});

test('users are found by their columns and by their roles', async ({ asUser, domain, world }) => {
  const ask = asUser(domain);
  const { users } = await addPerson(world, { passwordOf: `root@${domain.id}.com`, domains: [domain.id] });
  const [sam = { domainId: '', userId: '' }] = users;
  await giveRole(world, sam, { role: 'Moderator' });
  const { rows: roles } = await ask(searchRoles, {});
  const roleId = (name: string) => roles.find((role) => role.name === name)?.id ?? '';
  const names = async (filters: Record<string, unknown[] | boolean>) =>
    (await ask(searchUsers, { filters, sortBy: 'name' })).rows.map(({ name }) => name);

  expect(await names({})).toEqual(['root', 'Sam']);
  expect(await names({ name: ['Sam'] })).toEqual(['Sam']);
  expect(await names({ roleId: [roleId('Moderator')] })).toEqual(['Sam']);
  expect(await names({ roleId: [roleId('Moderator'), roleId('root')] })).toEqual(['root', 'Sam']);
  expect(await names({ roleId: [roleId('Moderator')], name: ['root'] })).toEqual([]);
  expect(await names({ roleId: [roleId('User')] })).toEqual(['root', 'Sam']);
  expect(await names({ roleId: [newId()] })).toEqual([]);
  expect(await names({ isDashboardUser: false, playerId: ['null'] })).toEqual(['root', 'Sam']);
  expect(
    await ask(searchUsers, { search: { name: ['SA'] }, greaterThan: { createdAt: '2020-01-01T00:00:00.000Z' }, extend: ['roles'] }),
  ).toMatchObject({
    total: 1,
    rows: [{ id: sam.userId, roles: [{ role: { name: 'Moderator' } }, { role: { name: 'User' } }] }],
  });
});

test('services get the users that exist, and the user of a player', async ({ asUser, domain, world }) => {
  const ask = asUser(domain, []);
  const { users } = await addPerson(world, { passwordOf: `root@${domain.id}.com`, domains: [domain.id] });
  const id = users[0]?.userId ?? '';
  const playerId = newId();
  await world.adminSql(`INSERT INTO "domain_${domain.id}"."player" ("id", "name", "nameAt", "nameSeq") VALUES ($1, 'Sam', now(), 0)`, [
    playerId,
  ]);
  await world.adminSql(`UPDATE "domain_${domain.id}"."user" SET "playerId" = $2 WHERE "id" = $1`, [id, playerId]);

  expect(await ask(getUsersByIds, { ids: [id, newId()] })).toMatchObject({ users: [{ id, playerId }] });
  expect(await ask(getUserByPlayer, { playerId })).toMatchObject({ user: { id, roles: [{ role: { name: 'User' } }] } });
  expect(await ask(getUserByPlayer, { playerId: newId() })).toEqual({ user: null });
});

test('a user sees their own domains, by the names that people see', async ({ asAdmin, asUser, world }) => {
  const { createdDomain: first } = await asAdmin(createDomain, { name: 'First' });
  const { createdDomain: second } = await asAdmin(createDomain, { name: 'Second' });
  await asAdmin(createDomain, { name: 'Foreign' });
  const { users } = await addPerson(world, { passwordOf: `root@${first.id}.com`, domains: [first.id, second.id] });
  const sam = users[0]?.userId ?? '';
  await asUser(second)(setSetting, { key: 'domainName', value: 'The Otters' });

  const me = await asUser(first, ['READ_USERS'], sam)(getMe, {});

  expect(me).toMatchObject({ user: { id: sam }, domain: first.id, pogs: [] });
  expect(me.domains.map(({ name }) => name)).toEqual(['First', 'The Otters']);
  expect(me.domains.every((domain) => !('serverRegistrationToken' in domain))).toBe(true);
});

test('who may manage game servers sees the registration token of this domain and of no other', async ({ asAdmin, asUser, world }) => {
  const { createdDomain: first } = await asAdmin(createDomain, { name: 'First' });
  const { createdDomain: second } = await asAdmin(createDomain, { name: 'Second' });
  const { users } = await addPerson(world, { passwordOf: `root@${first.id}.com`, domains: [first.id, second.id] });
  const { serverRegistrationToken } = await asAdmin(getDomain, { id: first.id });

  const { domains } = await asUser(first, ['MANAGE_GAMESERVERS'], users[0]?.userId)(getMe, {});

  expect(domains.map((domain) => domain.serverRegistrationToken)).toEqual([serverRegistrationToken, undefined]);
});

test('a function is the root user of its domain', async ({ domain, world }) => {
  const runner = await world.busFor('runner');
  const token = await world.tokens.execution(domain.id);

  expect(await runner.call(getMe, {}, { domainId: domain.id, token })).toMatchObject({ user: { name: 'root' }, domain: domain.id });
});
