import { newId } from '@takaro/contracts/ids';
import { searchAuditEntries } from '@takaro/contracts/tenancy/audit';
import { createDomain, updateDomain } from '@takaro/contracts/tenancy/domains';
import { exchangeSession } from '@takaro/contracts/tenancy/internal';
import { createUser, inviteUser } from '@takaro/contracts/tenancy/new-users';
import { createPasswordLink, setPassword } from '@takaro/contracts/tenancy/passwords';
import { getMe, getUser, login } from '@takaro/contracts/tenancy/users';
import { manualClock } from '@takaro/testing/clock';
import { expect } from 'vitest';
import { addRole, giveRole } from './people.ts';
import { type Ask, tenancyTest } from './tenancy-test.ts';

const clock = manualClock(Date.now());

/** `asRoot` asks as the root user of a domain: a link is good while its maker is there. */
const test = tenancyTest({ clock }).extend<{ asRoot: (domain: { readonly id: string }) => Promise<Ask> }>({
  asRoot: async ({ asUser, world }, use) =>
    use(async (domain) => {
      const [root] = await world.adminSql<{ id: string }>(`SELECT "id" FROM "domain_${domain.id}"."user" WHERE "name" = 'root'`);
      return asUser(domain, ['ROOT'], root?.id);
    }),
});

const DAY_MS = 86_400_000;
const someone = (): string => `${newId()}@p.io`;
const refused = { code: 'UNAUTHENTICATED' };

test('an admin creates a user who can sign in to this domain, and a second time answers the same user', async ({
  asPublic,
  asRoot,
  domain,
}) => {
  const ask = await asRoot(domain);
  const email = someone();

  const { oneTimeLink, ...created } = await ask(createUser, { name: 'Sam', email: email.toUpperCase(), password: 'the first one' });

  expect(created).toMatchObject({ name: 'Sam', email, isDashboardUser: false, playerId: null, roles: [{ role: { name: 'User' } }] });
  expect(oneTimeLink?.token).toHaveLength(43);
  expect(await ask(createUser, { name: 'Other', email, password: 'the second one', isDashboardUser: true })).toEqual(created);
  const { token: session } = await asPublic(login, { username: email, password: 'the first one' });
  expect(await asPublic(exchangeSession, { session })).toMatchObject({ domainId: domain.id, userId: created.id });
  await expect(asPublic(login, { username: email, password: 'the second one' })).rejects.toMatchObject(refused);
});

test('an admin who creates a user with the address of somebody else gets into no other domain and learns of none', async ({
  asAdmin,
  asPublic,
  asRoot,
  asUser,
}) => {
  const { createdDomain: victims, rootUser, password } = await asAdmin(createDomain, { name: 'Victims' });
  const { createdDomain: thiefs } = await asAdmin(createDomain, { name: 'Thiefs' });
  const steal = await asRoot(thiefs);

  const known = await steal(createUser, { name: 'Mine', email: rootUser.email, password: 'known to the thief' });
  const unknown = await steal(createUser, { name: 'Mine', email: someone(), password: 'known to the thief' });

  expect(Object.keys(known)).toEqual(Object.keys(unknown));
  const enter = async (thiefsPassword: string) => {
    const { token: session } = await asPublic(login, { username: rootUser.email, password: thiefsPassword });
    expect(await asPublic(exchangeSession, { session })).toMatchObject({ domainId: thiefs.id });
    await expect(asPublic(exchangeSession, { session, domainHint: victims.id })).rejects.toMatchObject(refused);
  };
  await enter('known to the thief');
  const { domains } = await asUser(thiefs, [], known.id)(getMe, {});
  expect(domains.map(({ id }) => id)).toEqual([thiefs.id]);

  await asPublic(setPassword, { token: known.oneTimeLink?.token ?? '', password: 'set by the link' });
  await enter('set by the link');
  await asPublic(setPassword, { token: (await steal(createPasswordLink, { id: known.id })).token, password: 'set once more' });
  await enter('set once more');

  const { token: session } = await asPublic(login, { username: rootUser.email, password });
  expect(await asPublic(exchangeSession, { session })).toMatchObject({ domainId: victims.id, permissions: ['ROOT'] });
  await expect(asPublic(exchangeSession, { session, domainHint: thiefs.id })).rejects.toMatchObject(refused);
});

test('who took the address first gets nothing of a domain that the person joins later', async ({
  asPublic,
  asRoot,
  domain,
  otherDomain,
}) => {
  const email = someone();
  await (
    await asRoot(domain)
  )(createUser, { name: 'Squatter', email, password: 'of the squatter' });

  const { id } = await (await asRoot(otherDomain))(createUser, { name: 'Person', email, password: 'of the person' });

  const { token: squatters } = await asPublic(login, { username: email, password: 'of the squatter' });
  await expect(asPublic(exchangeSession, { session: squatters, domainHint: otherDomain.id })).rejects.toMatchObject(refused);
  const { token: persons } = await asPublic(login, { username: email, password: 'of the person' });
  expect(await asPublic(exchangeSession, { session: persons })).toMatchObject({ domainId: otherDomain.id, userId: id });
});

test('who has the same password in two domains signs in to both at once', async ({ asPublic, asRoot, asUser, domain, otherDomain }) => {
  const email = someone();
  const password = 'the same in both';
  await (
    await asRoot(domain)
  )(createUser, { name: 'Sam', email, password });
  const { oneTimeLink, id } = await (await asRoot(otherDomain))(createUser, { name: 'Sam', email, password: 'another one' });
  await asPublic(setPassword, { token: oneTimeLink?.token ?? '', password });

  const { token: session } = await asPublic(login, { username: email, password });

  expect(await asPublic(exchangeSession, { session })).toMatchObject({ domainId: domain.id });
  expect(await asPublic(exchangeSession, { session, domainHint: otherDomain.id })).toMatchObject({ domainId: otherDomain.id, userId: id });
  const { domains } = await asUser(otherDomain, [], id)(getMe, {});
  expect(domains.map((one) => one.id)).toEqual([domain.id, otherDomain.id]);
});

test('an invited person sets a password by the link, once and within a day, and sessions of the old one end', async ({
  asPublic,
  asRoot,
  domain,
}) => {
  const ask = await asRoot(domain);
  const email = someone();
  const { oneTimeLink, ...invited } = await ask(inviteUser, { email });
  const token = oneTimeLink?.token ?? '';
  expect(invited).toMatchObject({ name: email, email, isDashboardUser: true });
  expect(await ask(inviteUser, { email })).toEqual(invited);
  await expect(asPublic(login, { username: email, password: 'not set as yet' })).rejects.toMatchObject(refused);

  expect(await asPublic(setPassword, { token, password: 'chosen by them' })).toEqual({});

  await expect(asPublic(setPassword, { token, password: 'chosen again' })).rejects.toMatchObject({ code: 'PASSWORD_LINK_REFUSED' });
  const { token: session } = await asPublic(login, { username: email, password: 'chosen by them' });
  const { token: replaced } = await ask(createPasswordLink, { id: invited.id });
  const { token: newest, expiresAt } = await ask(createPasswordLink, { id: invited.id });
  expect(Date.parse(expiresAt)).toBe(clock.now() + DAY_MS);
  await expect(asPublic(setPassword, { token: replaced, password: 'chosen again' })).rejects.toMatchObject({
    code: 'PASSWORD_LINK_REFUSED',
  });
  expect(await asPublic(exchangeSession, { session })).toMatchObject({ userId: invited.id });
  await asPublic(setPassword, { token: newest, password: 'chosen again' });
  await expect(asPublic(exchangeSession, { session })).rejects.toMatchObject(refused);
  await expect(asPublic(login, { username: email, password: 'chosen by them' })).rejects.toMatchObject(refused);

  const { token: late } = await ask(createPasswordLink, { id: invited.id });
  clock.advance(DAY_MS);
  await expect(asPublic(setPassword, { token: late, password: 'chosen too late' })).rejects.toMatchObject({
    code: 'PASSWORD_LINK_REFUSED',
  });
});

test('a new password ends sessions in its domain and leaves them their others', async ({ asPublic, asRoot, domain, otherDomain }) => {
  const email = someone();
  const password = 'the same in both';
  const { id } = await (await asRoot(domain))(createUser, { name: 'Sam', email, password });
  await (
    await asRoot(otherDomain)
  )(createUser, { name: 'Sam', email, password });
  const { token: session } = await asPublic(login, { username: email, password });

  await asPublic(setPassword, { token: (await (await asRoot(domain))(createPasswordLink, { id })).token, password: 'a new one here' });

  await expect(asPublic(exchangeSession, { session, domainHint: domain.id })).rejects.toMatchObject(refused);
  expect(await asPublic(exchangeSession, { session })).toMatchObject({ domainId: otherDomain.id });
});

test('nobody becomes somebody who may do more by a link', async ({ asAdmin, asPublic, asRoot, asUser, world }) => {
  const { createdDomain: domain, rootUser } = await asAdmin(createDomain, { name: 'Otters' });
  const { id: managerId } = await (await asRoot(domain))(createUser, { name: 'Manager', email: someone(), password: 'any password' });
  await addRole(world, domain.id, 'managers', ['MANAGE_USERS']);
  await giveRole(world, { domainId: domain.id, userId: managerId }, { role: 'managers' });
  await world.adminSql(`UPDATE "domain_${domain.id}"."user" SET "isDashboardUser" = true, "lastSeen" = '2020-01-01'`);
  const manage = asUser(domain, ['MANAGE_USERS'], managerId);
  const { id, oneTimeLink } = await asUser(
    domain,
    ['MANAGE_USERS'],
    managerId,
  )(createUser, {
    name: 'Later an admin',
    email: someone(),
    password: 'any password',
  });

  await expect(manage(createPasswordLink, { id: rootUser.id })).rejects.toMatchObject({ code: 'USER_MAY_DO_MORE' });
  await expect(manage(createPasswordLink, { id: newId() })).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
  expect(await manage(createPasswordLink, { id: managerId })).toMatchObject({ token: expect.any(String) });
  const { token } = await manage(createPasswordLink, { id });
  expect(token).not.toBe(oneTimeLink?.token);
  await giveRole(world, { domainId: domain.id, userId: id }, { role: 'Admin' });

  await expect(asPublic(setPassword, { token, password: 'of the manager' })).rejects.toMatchObject({ code: 'PASSWORD_LINK_REFUSED' });
  const askRoot = asUser(domain, ['ROOT'], rootUser.id);
  expect(await askRoot(getUser, { id: rootUser.id })).toMatchObject({ lastSeen: '2020-01-01T00:00:00.000Z' });
  await asPublic(setPassword, { token: (await askRoot(createPasswordLink, { id })).token, password: 'of the admin' });
});

test('dashboard users are counted, also when several are made at once', async ({ asAdmin, asRoot, domain }) => {
  const ask = await asRoot(domain);
  await asAdmin(updateDomain, { id: domain.id, maxUsers: 2 });
  const full = { code: 'MAX_USERS_REACHED', message: 'Max users (2) limit reached' };

  const made = await Promise.allSettled(
    Array.from({ length: 5 }, () => ask(createUser, { name: 'Desk', email: someone(), password: 'any password', isDashboardUser: true })),
  );

  expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  for (const one of made) if (one.status === 'rejected') expect(one.reason).toMatchObject(full);
  await expect(ask(inviteUser, { email: someone() })).rejects.toMatchObject(full);
  expect(await ask(createUser, { name: 'No desk', email: someone(), password: 'any password' })).toMatchObject({ isDashboardUser: false });
});

test('an identity is named by its own id or not at all', async ({ asRoot, domain, otherDomain }) => {
  const input = { name: 'Sam', email: someone(), password: 'any password' };
  const { idpId } = await (await asRoot(domain))(createUser, input);

  await expect((await asRoot(otherDomain))(createUser, { ...input, idpId: newId() })).rejects.toMatchObject({ code: 'IDENTITY_MISMATCH' });
  expect(await (await asRoot(otherDomain))(createUser, { ...input, idpId })).toMatchObject({ idpId });
});

test('the audit log tells of users and links, without a word of what opens them', async ({ asAdmin, asPublic, asUser, world }) => {
  const { createdDomain: domain, rootUser } = await asAdmin(createDomain, { name: 'Otters' });
  const ask = asUser(domain, ['ROOT'], rootUser.id);
  const email = someone();
  const { id, idpId, oneTimeLink } = await ask(inviteUser, { email });
  await ask(createUser, { name: 'Sam', email: someone(), password: 'very secret' });
  const { token } = await ask(createPasswordLink, { id });
  await asPublic(setPassword, { token, password: 'very secret' });

  const { entries } = await asAdmin(searchAuditEntries, { domainId: domain.id });

  expect(entries.map(({ action, actorKind, actorId }) => [action, actorKind, actorId]).toReversed()).toEqual([
    ['domain-created', 'admin', null],
    ['user-invited', 'user', rootUser.id],
    ['user-created', 'user', rootUser.id],
    ['password-link-created', 'user', rootUser.id],
    ['password-set', 'identity', idpId],
  ]);
  const stored = JSON.stringify([
    await world.adminSql('select * from takaro_tenancy."auditEntry"'),
    await world.adminSql('select * from takaro_tenancy."passwordLink"'),
    await world.adminSql('select * from takaro_tenancy."membership"'),
  ]);
  for (const secret of [token, oneTimeLink?.token ?? '-', 'very secret']) expect(stored).not.toContain(secret);
});
