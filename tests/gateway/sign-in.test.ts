import { newId } from '@takaro/contracts/ids';
import { describe, expect } from 'vitest';
import type { RestAnswer } from './rest-client.ts';
import { type Rest, restTest } from './rest-world.ts';

const test = restTest({ limits: { signInFailuresPerAccount: 3 } });

const done = (data: unknown) => ({ status: 200, body: { meta: {}, data } });
const refused = (status: number, code: string, message: unknown = expect.any(String)) => ({
  status,
  body: { meta: { error: expect.objectContaining({ code, message }) }, data: {} },
});
const answerOf = ({ status, body }: RestAnswer) => ({ status, body });
const cookieOf = ({ headers }: RestAnswer) => headers.get('set-cookie');
const someone = (): string => `${newId()}@p.io`;

/** Who signed in is remembered for 2 s. */
const FRESH = { timeout: 15_000, interval: 250 };

describe('signing in', () => {
  test('gives a token, and signing out ends it', async ({ rest }) => {
    const { email: username, password } = rest.root;

    const signedIn = await rest.ask('POST', '/login', { session: null, body: { username, password } });
    const session: string = signedIn.body.data.token;

    expect(answerOf(signedIn)).toEqual(done({ token: expect.any(String) }));
    expect((await rest.ask('GET', '/me', { session })).status).toBe(200);
    expect(answerOf(await rest.ask('POST', '/logout', { session }))).toEqual(done({}));
    await expect.poll(async () => (await rest.ask('GET', '/me', { session })).status, FRESH).toBe(401);
    expect(answerOf(await rest.ask('POST', '/logout', { session: null }))).toEqual(done({}));
  });

  test.for([
    ['a wrong password', { password: 'not-the-password' }, 401, 'UnauthorizedError'],
    ['a password that is too short', { password: '1234567' }, 400, 'ValidationError'],
    ['a name that is too short', { username: 'ab' }, 400, 'ValidationError'],
    ['an address of its own', { address: '198.51.100.1' }, 400, 'ValidationError'],
  ] as const)('with %s is refused', async ([, wrong, status, code], { rest }) => {
    const { email: username, password } = rest.root;

    const answer = await rest.ask('POST', '/login', { session: null, body: { username, password, ...wrong } });

    expect(answerOf(answer)).toEqual(refused(status, code));
  });

  test('that fails too often is told when to come again, whatever the request says of where it comes from', async ({ rest }) => {
    const { root } = await rest.openDomain();
    const attempt = async (password: string, from: string) =>
      rest.ask('POST', '/login', { session: null, body: { username: root.email, password }, headers: { 'x-forwarded-for': from } });
    for (const from of ['198.51.100.1', '198.51.100.2', '198.51.100.3']) {
      expect((await attempt('not-the-password', from)).status).toBe(401);
    }

    const late = await attempt(root.password, '198.51.100.4');

    expect(answerOf(late)).toEqual(refused(429, 'TooManyRequestsError'));
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(800);
    const keys = await rest.world.adminSql<{ key: string }>('select "key" from takaro_tenancy."signInFailure"');
    expect(keys.filter(({ key }) => key.startsWith('address:')).map(({ key }) => key)).toEqual(['address:127.0.0.1']);
  });
});

describe('without a session', () => {
  test.for([
    ['nobody is answered', {}, 401, 'UnauthorizedError'],
    ['an unknown one is refused', { session: 'unknown' }, 401, 'UnauthorizedError'],
    ['a bad API token is refused', { token: 'bad' }, 403, 'ForbiddenError'],
  ] as const)('%s', async ([, asking, status, code], { rest }) => {
    expect(answerOf(await rest.ask('GET', '/settings', { session: null, ...asking }))).toEqual(refused(status, code));
  });
});

test('what stands above the domains needs the admin secret, and no session does', async ({ rest }) => {
  const ask = async (asking: object) => answerOf(await rest.ask('POST', '/domain/search', { session: null, body: {}, ...asking }));

  expect(await ask({ session: rest.root.session })).toEqual(refused(401, 'UnauthorizedError'));
  expect(await ask({ admin: 'wrong' })).toEqual(refused(403, 'ForbiddenError'));
  expect((await ask({ admin: true })).status).toBe(200);
});

describe('the domain of a request', () => {
  /** A person with the same password in both domains. */
  const inTwo = async (rest: Rest) => {
    const other = await rest.openDomain();
    const user = { name: 'Sam', email: someone(), password: 'the same in both' };
    for (const { ask } of [rest, other]) expect((await ask('POST', '/user', { body: user })).status).toBe(200);
    const signedIn = await rest.ask('POST', '/login', { session: null, body: { username: user.email, password: user.password } });
    const session: string = signedIn.body.data.token;
    const domainFor = async (asking: { domain?: string; headers?: Record<string, string> } = {}) =>
      (await rest.ask('GET', '/me', { session, ...asking })).body.data.domain;
    return { other, session, domainFor };
  };

  test('is that of the header, else that of the cookie, else the first, which a cookie then says', async ({ rest }) => {
    const { other, session, domainFor } = await inTwo(rest);
    const cookie = (id: string) => ({ cookie: `takaro-domain=${id}` });

    expect(await domainFor()).toBe(rest.id);
    expect(await domainFor({ domain: other.id })).toBe(other.id);
    expect(await domainFor({ headers: cookie(other.id) })).toBe(other.id);
    expect(await domainFor({ domain: rest.id, headers: cookie(other.id) })).toBe(rest.id);
    const { domains } = (await rest.ask('GET', '/me', { session })).body.data;
    expect(domains.map(({ id }: { id: string }) => id)).toEqual([rest.id, other.id]);

    const set = `takaro-domain=${rest.id}; Path=/; HttpOnly; SameSite=Strict`;
    expect(cookieOf(await rest.ask('GET', '/settings', { session }))).toBe(set);
    expect(cookieOf(await rest.ask('POST', '/role/search', { session, body: {} }))).toBe(set);
    expect(cookieOf(await rest.ask('GET', '/settings', { session, domain: other.id }))).toBeNull();
    expect(cookieOf(await rest.ask('GET', '/settings', { session, headers: cookie(other.id) }))).toBeNull();
    expect(cookieOf(await rest.ask('GET', '/settings', { session: null }))).toBeNull();
  });

  test('that does not exist is forbidden, and one without this person is not for them', async ({ rest }) => {
    const other = await rest.openDomain();

    expect(answerOf(await rest.ask('GET', '/me', { domain: 'no-such-domain' }))).toEqual(refused(403, 'ForbiddenError', 'Forbidden'));
    expect(answerOf(await rest.ask('GET', '/me', { domain: other.id }))).toEqual(refused(401, 'UnauthorizedError', 'Not authorized'));
  });

  test('that sleeps is left for one that does not, and where all sleep only a few routes are answered', async ({ rest }) => {
    const { other, session } = await inTwo(rest);
    const asleep = await rest.openDomain();
    const put = (id: string, state: string) => rest.ask('PUT', `/domain/${id}`, { admin: true, body: { state } });
    await put(other.id, 'MAINTENANCE');
    await put(asleep.id, 'DISABLED');

    const over = await rest.ask('GET', '/me', { session, domain: other.id });
    const settings = await asleep.ask('GET', '/settings');
    const me = await asleep.ask('GET', '/me');

    expect(over.body.data.domain).toBe(rest.id);
    expect(answerOf(settings)).toEqual(refused(400, 'BadRequestError', expect.stringContaining('disabled')));
    expect([me.status, me.body.data.domain]).toEqual([200, asleep.id]);
    expect((await asleep.ask('DELETE', '/selected-domain')).status).toBe(200);
  });

  test('can be chosen and forgotten', async ({ rest }) => {
    const { other, session } = await inTwo(rest);
    const stranger = await rest.openDomain();

    const chosen = await rest.ask('POST', `/selected-domain/${other.id}`, { session });
    const forgotten = await rest.ask('DELETE', '/selected-domain', { session: null });

    expect(answerOf(chosen)).toEqual(done({}));
    expect(cookieOf(chosen)).toBe(`takaro-domain=${other.id}; Path=/; HttpOnly; SameSite=Strict`);
    expect(answerOf(forgotten)).toEqual(done({}));
    expect(cookieOf(forgotten)).toMatch(/^takaro-domain=; .*Expires=Thu, 01 Jan 1970 00:00:00 GMT/);
    const choose = async (id: string) => answerOf(await rest.ask('POST', `/selected-domain/${id}`, { session, domain: rest.id }));
    expect(await choose('no-such-domain')).toEqual(refused(403, 'ForbiddenError'));
    expect(await choose(stranger.id)).toEqual(refused(401, 'UnauthorizedError'));
  });

  test('is that of an API token, whatever the hint says', async ({ rest }) => {
    const other = await rest.openDomain();
    const { token } = (await rest.ask('POST', '/token', { admin: true, body: { domainId: rest.id } })).body.data;

    const me = await rest.ask('GET', '/me', { token, domain: other.id });

    expect([me.body.data.domain, me.body.data.user.id]).toEqual([rest.id, rest.root.id]);
    expect(cookieOf(await rest.ask('GET', '/me', { token }))).toBeNull();
  });
});

describe('new users', () => {
  const shown = (email: string, more: object) => ({
    email,
    idpId: expect.any(String),
    discordId: null,
    lastSeen: expect.any(String),
    playerId: null,
    id: expect.any(String),
    createdAt: expect.any(String),
    updatedAt: expect.any(String),
    roles: [expect.objectContaining({ role: expect.objectContaining({ name: 'User' }) })],
    oneTimeLink: { token: expect.any(String), expiresAt: expect.any(String) },
    ...more,
  });

  test('are created with a password, and a second time answered as they are', async ({ rest }) => {
    const user = { name: 'Sam', email: someone(), password: 'the first one' };

    const created = await rest.ask('POST', '/user', { body: user });

    expect(answerOf(created)).toEqual(done(shown(user.email, { name: 'Sam', isDashboardUser: false })));
    const { oneTimeLink: _link, ...known } = created.body.data;
    expect(answerOf(await rest.ask('POST', '/user', { body: { ...user, name: 'Other' } }))).toEqual(done(known));
    const otherIdentity = { ...user, email: someone(), idpId: newId() };
    expect(answerOf(await rest.ask('POST', '/user', { body: otherIdentity }))).toEqual(refused(400, 'BadRequestError'));
    for (const wrong of [{ password: undefined }, { password: 'short' }, { email: 'no address' }, { name: 'ab' }, { extra: 1 }]) {
      const answer = await rest.ask('POST', '/user', { body: { ...user, ...wrong } });
      expect(answerOf(answer), JSON.stringify(wrong)).toEqual(refused(400, 'ValidationError'));
    }
  });

  test('are invited by a link that sets a password once', async ({ rest }) => {
    const email = someone();
    const invited = await rest.ask('POST', '/user/invite', { body: { email } });
    expect(answerOf(invited)).toEqual(done(shown(email, { name: email, isDashboardUser: true })));
    const setPassword = async (token: string) =>
      answerOf(await rest.ask('POST', '/user/password', { session: null, body: { token, password: 'chosen by them' } }));

    expect(await setPassword(invited.body.data.oneTimeLink.token)).toEqual(done({}));
    expect(await setPassword(invited.body.data.oneTimeLink.token)).toEqual(refused(400, 'BadRequestError'));

    const signedIn = await rest.ask('POST', '/login', { session: null, body: { username: email, password: 'chosen by them' } });
    expect(signedIn.status).toBe(200);
    const link = await rest.ask('POST', `/user/${invited.body.data.id}/password-link`);
    expect(answerOf(link)).toEqual(done({ token: expect.any(String), expiresAt: expect.any(String) }));
    expect(answerOf(await rest.ask('POST', `/user/${newId()}/password-link`))).toEqual(refused(404, 'NotFoundError'));
    const session = await rest.signIn(['MANAGE_USERS']);
    const ofRoot = await rest.ask('POST', `/user/${rest.root.id}/password-link`, { session });
    expect(answerOf(ofRoot)).toEqual(refused(403, 'ForbiddenError'));
  });

  test('of the dashboard are no more than the domain may have', async ({ rest }) => {
    const small = await rest.openDomain({ maxUsers: 1 });
    const full = refused(400, 'BadRequestError', 'Max users (1) limit reached');
    const create = async () =>
      small.ask('POST', '/user', { body: { name: 'Desk', email: someone(), password: 'any password', isDashboardUser: true } });

    expect((await create()).status).toBe(200);
    expect(answerOf(await create())).toEqual(full);
    expect(answerOf(await small.ask('POST', '/user/invite', { body: { email: someone() } }))).toEqual(full);
  });

  test('with the address of somebody else open no other domain', async ({ rest }) => {
    const thief = await rest.openDomain();
    const password = 'known to the thief';
    const stolen = await thief.ask('POST', '/user', { body: { name: 'Mine', email: rest.root.email, password } });
    expect(Object.keys(stolen.body.data).toSorted()).toContain('oneTimeLink');

    const signedIn = await rest.ask('POST', '/login', { session: null, body: { username: rest.root.email, password } });

    const session: string = signedIn.body.data.token;
    const me = await rest.ask('GET', '/me', { session });
    expect(me.body.data.domains.map(({ id }: { id: string }) => id)).toEqual([thief.id]);
    expect((await rest.ask('GET', '/me', { session, domain: rest.id })).status).toBe(401);
  });
});
