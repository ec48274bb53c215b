import { createDomain, createToken, updateDomain } from '@takaro/contracts/tenancy/domains';
import { getDomain } from '@takaro/contracts/tenancy/domains';
import { exchangeAdminSecret, exchangeSession } from '@takaro/contracts/tenancy/internal';
import { getUser, login, logout } from '@takaro/contracts/tenancy/users';
import { manualClock } from '@takaro/testing/clock';
import { ADMIN_SECRET } from '@takaro/testing/world';
import { expect } from 'vitest';
import { addPerson } from './people.ts';
import { tenancyTest } from './tenancy-test.ts';

const clock = manualClock(Date.now());
const test = tenancyTest({ clock });

const DAY_MS = 86_400_000;

test('a session of the root user becomes a token that the domain accepts', async ({ asAdmin, asPublic, world }) => {
  const { createdDomain, rootUser, password } = await asAdmin(createDomain, { name: 'Otters' });
  const { token: session } = await asPublic(login, { username: rootUser.email.toUpperCase(), password });

  const exchanged = await asPublic(exchangeSession, { session });

  expect(exchanged).toMatchObject({ domainId: createdDomain.id, userId: rootUser.id, domainState: 'ACTIVE', permissions: ['ROOT'] });
  const gateway = await world.busFor('gateway');
  const user = await gateway.call(getUser, { id: rootUser.id }, { domainId: createdDomain.id, token: exchanged.token });
  expect(user).toMatchObject({ id: rootUser.id, email: rootUser.email });
  await world.adminSql(`UPDATE "domain_${createdDomain.id}"."user" SET "lastSeen" = '2020-01-01'`);
  await asPublic(exchangeSession, { session });
  const seen = await gateway.call(getUser, { id: rootUser.id }, { domainId: createdDomain.id, token: exchanged.token });
  expect(Date.parse(seen.lastSeen)).toBeGreaterThan(Date.parse('2026-01-01'));
});

/** A check of a password costs this much memory and so at least this much processor time, 14 ms on the reference machine. */
const CHECK_MS = 3;

test('a wrong password and an unknown name are refused alike, and a password is checked for both', async ({ asAdmin, asPublic }) => {
  const { rootUser } = await asAdmin(createDomain, { name: 'Otters' });
  // The service runs in this process: what it computes shows in its processor time, whatever else the machine does.
  const costOf = async (username: string): Promise<number> => {
    const before = process.cpuUsage();
    for (let turn = 0; turn < 10; turn += 1) {
      await expect(asPublic(login, { username, password: 'not-the-password' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    return process.cpuUsage(before).user / 1_000 / 10;
  };

  expect(await costOf(rootUser.email)).toBeGreaterThan(CHECK_MS);
  expect(await costOf('nobody@takaro.example')).toBeGreaterThan(CHECK_MS);
});

test('a session ends when its holder signs out', async ({ asAdmin, asPublic }) => {
  const { rootUser, password } = await asAdmin(createDomain, { name: 'Otters' });
  const { token: session } = await asPublic(login, { username: rootUser.email, password });
  const { token: other } = await asPublic(login, { username: rootUser.email, password });

  await asPublic(logout, { authorization: `Bearer ${session}` });
  await asPublic(logout, { authorization: `Bearer ${session}` });
  await asPublic(logout, {});

  await expect(asPublic(exchangeSession, { session })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await asPublic(exchangeSession, { session: other })).toMatchObject({ userId: rootUser.id });
});

test('a forged session, an expired one and none at all are refused', async ({ asAdmin, asPublic }) => {
  const { rootUser, password } = await asAdmin(createDomain, { name: 'Otters' });
  const { token: session } = await asPublic(login, { username: rootUser.email, password });
  const refused = { code: 'UNAUTHENTICATED' };
  const forged = `${session.startsWith('A') ? 'B' : 'A'}${session.slice(1)}`;

  await expect(asPublic(exchangeSession, {})).rejects.toMatchObject(refused);
  await expect(asPublic(exchangeSession, { session: forged })).rejects.toMatchObject(refused);
  await expect(asPublic(exchangeSession, { session: '' })).rejects.toMatchObject(refused);
  clock.advance(6 * DAY_MS);
  expect(await asPublic(exchangeSession, { session })).toMatchObject({ userId: rootUser.id });
  clock.advance(DAY_MS);
  await expect(asPublic(exchangeSession, { session })).rejects.toMatchObject(refused);
});

test('a forged API token, an expired one and one of no domain are refused in the same way', async ({
  asAdmin,
  asPublic,
  domain,
  otherDomain,
}) => {
  const { token: apiToken } = await asAdmin(createToken, { domainId: domain.id });
  const [, secret = ''] = apiToken.split('.');
  const refused = { code: 'TOKEN_REFUSED' };

  expect(await asPublic(exchangeSession, { apiToken, session: 'ignored beside it' })).toMatchObject({ domainId: domain.id });
  for (const wrong of [`${apiToken}x`, `${otherDomain.id}.${secret}`, `no-such-domain.${secret}`, secret, '', '.', `"; --.${secret}`]) {
    await expect(asPublic(exchangeSession, { apiToken: wrong })).rejects.toMatchObject(refused);
  }
  clock.advance(5 * DAY_MS);
  await expect(asPublic(exchangeSession, { apiToken })).rejects.toMatchObject(refused);
});

test('a person with users in several domains goes where the hint says, else to the first ACTIVE one', async ({
  asAdmin,
  asPublic,
  world,
}) => {
  const { rootUser, password, createdDomain } = await asAdmin(createDomain, { name: 'First' });
  const { createdDomain: second } = await asAdmin(createDomain, { name: 'Second' });
  const { createdDomain: foreign } = await asAdmin(createDomain, { name: 'Foreign' });
  const { email } = await addPerson(world, { passwordOf: rootUser.email, domains: [createdDomain.id, second.id] });
  const { token: session } = await asPublic(login, { username: email, password });
  const domainFor = async (domainHint?: string) =>
    (await asPublic(exchangeSession, { session, ...(domainHint && { domainHint }) })).domainId;

  expect(await domainFor()).toBe(createdDomain.id);
  expect(await domainFor(second.id)).toBe(second.id);
  await expect(domainFor('no-such-domain')).rejects.toMatchObject({ code: 'DOMAIN_HINT_UNKNOWN' });
  await expect(domainFor(foreign.id)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });

  await asAdmin(updateDomain, { id: createdDomain.id, state: 'MAINTENANCE' });
  expect(await domainFor(createdDomain.id)).toBe(second.id);
  expect(await domainFor()).toBe(second.id);

  await asAdmin(updateDomain, { id: second.id, state: 'DISABLED' });
  expect(await asPublic(exchangeSession, { session, domainHint: second.id })).toMatchObject({
    domainId: second.id,
    domainState: 'DISABLED',
  });
  expect(await asPublic(exchangeSession, { session })).toMatchObject({ domainId: createdDomain.id, domainState: 'MAINTENANCE' });
});

test('a password opens the domains that it was set in and no other', async ({ asAdmin, asPublic, world }) => {
  const { rootUser, password, createdDomain } = await asAdmin(createDomain, { name: 'Of the admin' });
  const { createdDomain: victim } = await asAdmin(createDomain, { name: 'Not theirs' });
  const { email } = await addPerson(world, {
    passwordOf: rootUser.email,
    passwordOnlyIn: createdDomain.id,
    domains: [victim.id, createdDomain.id],
  });
  const { token: session } = await asPublic(login, { username: email, password });

  expect(await asPublic(exchangeSession, { session })).toMatchObject({ domainId: createdDomain.id });
  await expect(asPublic(exchangeSession, { session, domainHint: victim.id })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('the admin secret becomes a token that admin operations accept, any other text does not', async ({ asPublic, domain, world }) => {
  const { token } = await asPublic(exchangeAdminSecret, { secret: ADMIN_SECRET });

  expect(await (await world.busFor('gateway')).call(getDomain, { id: domain.id }, { token })).toMatchObject({ id: domain.id });
  for (const secret of ['', `${ADMIN_SECRET}x`, ADMIN_SECRET.slice(1)]) {
    await expect(asPublic(exchangeAdminSecret, { secret })).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  }
});
