import type { Limits } from '@takaro/contracts/limits';
import { startGateway } from '@takaro/gateway/service';
import { openWorld } from '@takaro/testing/world';
import { expect, test as base } from 'vitest';

const LIMITS: Partial<Limits> = { httpRequests: 3, httpRequestsWindowMs: 60_000 };

/** A gateway alone: what is refused here no service hears of. */
const test = base.extend<{ url: string }>({
  url: async ({}, use) => {
    await using world = await openWorld({ limits: LIMITS });
    await use((await world.start('gateway', startGateway)).url);
  },
});

const ask = (url: string, headers: Record<string, string> = {}) => fetch(`${url}/healthz`, { headers });

test('who asks too often is refused until the window is over, and is told when that is', async ({ url }) => {
  const answers = [await ask(url), await ask(url), await ask(url)];
  const refused = await ask(url);
  const [first] = answers;

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(first?.headers.get('x-ratelimit-limit')).toBe('3');
  expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual(['2', '1', '0']);
  expect(Number(first?.headers.get('x-ratelimit-reset'))).toBeGreaterThan(0);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused.json()).toEqual({
    meta: { error: { code: 'TooManyRequestsError', message: expect.stringMatching(/^Too many requests\. Try again in \d+ s\.$/) } },
    data: {},
  });
});

test('each token is counted for itself, and so is an address without one', async ({ url }) => {
  const one = { authorization: 'Bearer one' };
  for (let times = 0; times < 3; times += 1) await ask(url, one);

  expect((await ask(url, one)).status).toBe(429);
  expect((await ask(url, { authorization: 'Bearer two' })).status).toBe(200);
  expect((await ask(url, { 'x-takaro-token': 'three' })).status).toBe(200);
  expect((await ask(url)).status).toBe(200);
});
