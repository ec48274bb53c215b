import { createDomain } from '@takaro/contracts/tenancy/domains';
import { getPermissions } from '@takaro/contracts/tenancy/roles';
import { login } from '@takaro/contracts/tenancy/users';
import { expect } from 'vitest';
import { tenancyTest } from './tenancy-test.ts';

const test = tenancyTest({ limits: { signInFailuresPerAccount: 3, signInFailuresPerAddress: 12 } });

const wrong = 'not-the-password';
const unknown = { code: 'UNAUTHENTICATED' };
const tooMany = { code: 'TOO_MANY_SIGN_INS', params: { retryAfterS: expect.any(Number) } };

test('after some wrong passwords a name is refused for a while, from wherever it is tried, even with the right one', async ({
  asAdmin,
  asPublic,
}) => {
  const { rootUser, password } = await asAdmin(createDomain, { name: 'Otters' });
  const { rootUser: other, password: othersPassword } = await asAdmin(createDomain, { name: 'Beavers' });
  const username = rootUser.email;
  for (const address of ['198.51.100.1', '198.51.100.2', '198.51.100.3']) {
    await expect(asPublic(login, { username, password: wrong, address })).rejects.toMatchObject(unknown);
  }

  const late = asPublic(login, { username: username.toUpperCase(), password, address: '198.51.100.4' });

  await expect(late).rejects.toMatchObject(tooMany);
  const { params } = (await late.catch((error: { params: { retryAfterS: number } }) => error)) as { params: { retryAfterS: number } };
  expect(params.retryAfterS).toBeGreaterThan(800);
  expect(params.retryAfterS).toBeLessThanOrEqual(900);
  expect(await asPublic(login, { username: other.email, password: othersPassword, address: '198.51.100.1' })).toMatchObject({});
});

test('who signs in starts anew', async ({ asAdmin, asPublic }) => {
  const { rootUser, password } = await asAdmin(createDomain, { name: 'Otters' });
  for (let turn = 0; turn < 3; turn += 1) {
    const address = `203.0.113.${turn}`;
    await expect(asPublic(login, { username: rootUser.email, password: wrong, address })).rejects.toMatchObject(unknown);
    await expect(asPublic(login, { username: rootUser.email, password: wrong, address })).rejects.toMatchObject(unknown);
    expect(await asPublic(login, { username: rootUser.email, password, address })).toMatchObject({ token: expect.any(String) });
  }
});

test('an address that tries many names is refused, a whole network of IPv6 as one, and others are not', async ({ asAdmin, asPublic }) => {
  const { rootUser, password } = await asAdmin(createDomain, { name: 'Otters' });
  for (let turn = 0; turn < 12; turn += 1) {
    const attempt = { username: `nobody-${turn}`, password: wrong, address: `2001:db8:0:1::${turn + 1}` };
    await expect(asPublic(login, attempt)).rejects.toMatchObject(unknown);
  }

  const attempt = { username: rootUser.email, password };
  await expect(asPublic(login, { ...attempt, address: '2001:db8::1:ffff:0:0:99' })).rejects.toMatchObject(tooMany);
  expect(await asPublic(login, { ...attempt, address: '2001:db8:0:2::1' })).toMatchObject({ token: expect.any(String) });
});

test('of a flood of wrong passwords at once few are tried, and other operations are answered meanwhile', async ({
  asAdmin,
  asPublic,
  asUser,
  domain,
}) => {
  const { rootUser } = await asAdmin(createDomain, { name: 'Otters' });
  const attempt = () => asPublic(login, { username: rootUser.email, password: wrong, address: '192.0.2.1' });

  const flood = Promise.allSettled(Array.from({ length: 80 }, attempt));
  const answered = await Promise.all(Array.from({ length: 20 }, () => asUser(domain, [])(getPermissions, {})));
  const refused = await flood;

  expect(answered.every((permissions) => permissions.length > 20)).toBe(true);
  const codes = refused.map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : 'signed in'));
  expect(new Set(codes)).toEqual(new Set(['UNAUTHENTICATED', 'TOO_MANY_SIGN_INS']));
  // As many as may fail, and those whose turn had come by then.
  expect(codes.filter((code) => code === 'UNAUTHENTICATED').length).toBeLessThanOrEqual(3 + 4);
});

test('what was typed as a name is not stored', async ({ asPublic, world }) => {
  const username = 'my-password-in-the-wrong-field';
  await expect(asPublic(login, { username, password: wrong, address: '192.0.2.99' })).rejects.toMatchObject(unknown);

  expect(JSON.stringify(await world.adminSql('select * from takaro_tenancy."signInFailure"'))).not.toContain(username);
});
