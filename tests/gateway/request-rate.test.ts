import type { Limits } from '@takaro/contracts/limits';
import { describe, expect, test as base } from 'vitest';
import { documentedFetch } from './documented-fetch.ts';
import { askWith, byAdminSecret, byApiToken, bySession, type LoneGateway, openLoneGateway } from './lone-gateway.ts';

const LIMITS: Partial<Limits> = { httpRequests: 3, httpRequestsWindowMs: 60_000 };

const limited = (env: Readonly<Record<string, string>> = {}) =>
  base.extend<{ gateway: LoneGateway }>({
    gateway: async ({}, use) => {
      await using gateway = await openLoneGateway({ limits: LIMITS, env });
      await use(gateway);
    },
  });

const test = limited();

const healthOf = ({ url }: LoneGateway, headers: Readonly<Record<string, string>> = {}) => documentedFetch(`${url}/healthz`, { headers });

/** One after the other, since what one is answered depends on those before. */
async function inOrder(asking: readonly (() => Promise<Response>)[]): Promise<Response[]> {
  const answers: Response[] = [];
  for (const ask of asking) answers.push(await ask());
  return answers;
}

const statusesOf = (answers: readonly Response[]) => answers.map(({ status }) => status);
const remainingOf = (answers: readonly Response[]) => answers.map(({ headers }) => headers.get('x-ratelimit-remaining'));

test('who asks too often is refused until the window is over, and is told when that is', async ({ gateway }) => {
  const answers = await inOrder([1, 2, 3].map(() => () => healthOf(gateway)));
  const refused = await healthOf(gateway);
  const [first] = answers;

  expect(statusesOf(answers)).toEqual([200, 200, 200]);
  expect(first?.headers.get('x-ratelimit-limit')).toBe('3');
  expect(remainingOf(answers)).toEqual(['2', '1', '0']);
  expect(Number(first?.headers.get('x-ratelimit-reset'))).toBeGreaterThan(0);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused.json()).toEqual({
    meta: { error: { code: 'TooManyRequestsError', message: expect.stringMatching(/^Too many requests\. Try again in \d+ s\.$/) } },
    data: {},
  });
});

test('who invents credentials is counted by address, and past the limit nobody is asked about them', async ({ gateway }) => {
  const invented = [
    bySession('one'),
    byApiToken('two'),
    byAdminSecret('three'),
    bySession('four'),
    byApiToken('five'),
    byAdminSecret('six'),
    { cookie: 'takaro-token=seven' },
  ];

  const answers = await inOrder(invented.map((headers) => () => askWith(gateway, headers)));

  expect(statusesOf(answers)).toEqual([401, 403, 403, 429, 429, 429, 429]);
  expect(remainingOf(answers)).toEqual(['2', '1', '0', '0', '0', '0', '0']);
  expect(gateway.asked).toEqual(['one', 'two', 'three']);
});

test('credentials that no route looks at are counted by address, too', async ({ gateway }) => {
  const answers = await inOrder([1, 2, 3, 4].map((count) => () => healthOf(gateway, bySession(`another-${count}`))));

  expect(statusesOf(answers)).toEqual([200, 200, 200, 429]);
});

test('a credential that was accepted has a count of its own, also where its address is past the limit', async ({ gateway }) => {
  const [session, secret] = [bySession('good-session'), byAdminSecret('good-secret')];
  const before = await inOrder([session, secret, bySession('bad'), bySession('worse')].map((headers) => () => askWith(gateway, headers)));

  const own = await inOrder([1, 2, 3, 4].map(() => () => askWith(gateway, session)));
  const other = await askWith(gateway, secret);

  expect(statusesOf(before)).toEqual([200, 200, 401, 429]);
  expect(statusesOf(own)).toEqual([200, 200, 200, 429]);
  expect(remainingOf(own)).toEqual(['2', '1', '0', '0']);
  expect([other.status, ...remainingOf([other])]).toEqual([200, '2']);
  expect(gateway.asked).not.toContain('worse');
});

test('beside a credential that was accepted, one that is refused is counted by address', async ({ gateway }) => {
  const session = bySession('good-session');

  const answers = await inOrder([
    () => askWith(gateway, session),
    () => askWith(gateway, { ...session, ...byAdminSecret('bad') }),
    () => askWith(gateway, { ...session, ...byApiToken('bad') }),
    () => askWith(gateway, { ...session, ...byAdminSecret('worse') }),
    () => askWith(gateway, session),
  ]);

  expect(statusesOf(answers)).toEqual([200, 403, 403, 429, 200]);
  expect(remainingOf(answers)).toEqual(['2', '1', '0', '0', '2']);
  expect(gateway.asked).not.toContain('worse');
});

test('a credential that is refused after it was accepted counts for its address', async ({ gateway }) => {
  const session = bySession('good-session');

  const answers = await inOrder([
    () => askWith(gateway, session),
    () => askWith(gateway, { ...session, 'x-takaro-domain': 'unknown' }),
    () => healthOf(gateway),
  ]);

  expect(statusesOf(answers)).toEqual([200, 403, 200]);
  // The first and the second count as well.
  expect(remainingOf(answers)).toEqual(['2', '2', '0']);
});

test('the handshakes of sockets are counted with the rest', async ({ gateway }) => {
  const shake = (session: string) => documentedFetch(`${gateway.url}/socket.io/?EIO=4&transport=polling`, { headers: bySession(session) });

  const answers = await inOrder(['good-session', 'one', 'two', 'three', 'good-session'].map((session) => () => shake(session)));

  expect(statusesOf(answers)).toEqual([200, 400, 400, 400, 200]);
  expect(gateway.asked).not.toContain('three');
  expect((await healthOf(gateway)).status).toBe(429);
});

describe('of IPv6', () => {
  const behindProxy = limited({ TAKARO_TRUSTED_PROXIES: '127.0.0.1' });

  behindProxy('a network of 64 bits counts as one address', async ({ gateway }) => {
    const from = (address: string) => () => healthOf(gateway, { 'x-forwarded-for': address });

    const answers = await inOrder(['2001:db8::1', '2001:db8::2', '2001:db8::ffff:0:0:3', '2001:db8::4', '2001:db8:0:1::1'].map(from));

    expect(statusesOf(answers)).toEqual([200, 200, 200, 429, 200]);
  });
});
