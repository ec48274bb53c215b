import { CREDENTIAL_CHARS } from '@takaro/contracts/tenancy/internal';
import { expect, test as base } from 'vitest';
import { askWith, byAdminSecret, byApiToken, bySession, type LoneGateway, openLoneGateway } from './lone-gateway.ts';

const test = base.extend<{ gateway: LoneGateway }>({
  gateway: [
    async ({}, use) => {
      await using gateway = await openLoneGateway();
      await use(gateway);
    },
    { scope: 'file' },
  ],
});

/** As long as it may be. */
const LONG = {
  session: 's'.repeat(CREDENTIAL_CHARS.session),
  apiToken: 't'.repeat(CREDENTIAL_CHARS.apiToken),
  domainHint: 'd'.repeat(CREDENTIAL_CHARS.domainHint),
  adminSecret: 'a'.repeat(CREDENTIAL_CHARS.adminSecret),
};

const good = bySession('good-session');

test.for([
  ['a session', bySession(`${LONG.session}s`), 401, 'UnauthorizedError'],
  ['a session in a cookie', { cookie: `takaro-token=${LONG.session}s` }, 401, 'UnauthorizedError'],
  ['an API token', byApiToken(`${LONG.apiToken}t`), 403, 'ForbiddenError'],
  ['a hint at a domain', { ...good, 'x-takaro-domain': `${LONG.domainHint}d` }, 403, 'ForbiddenError'],
  ['a hint in a cookie', { ...good, cookie: `takaro-domain=${LONG.domainHint}d` }, 403, 'ForbiddenError'],
  ['an admin secret', byAdminSecret(`${LONG.adminSecret}a`), 403, 'ForbiddenError'],
] as const)('%s that is too long is refused as an unknown one, and nobody is asked', async ([, headers, status, code], { gateway }) => {
  const askedBefore = gateway.asked.length;

  const answer = await askWith(gateway, headers);

  expect([answer.status, await answer.json()]).toEqual([status, { meta: { error: expect.objectContaining({ code }) }, data: {} }]);
  expect(gateway.asked.slice(askedBefore)).toEqual([]);
});

test('what is as long as it may be is asked about', async ({ gateway }) => {
  const hint = { ...good, 'x-takaro-domain': LONG.domainHint };
  const long = [bySession(LONG.session), byApiToken(LONG.apiToken), byAdminSecret(LONG.adminSecret), hint];

  const answers = await Promise.all(long.map((headers) => askWith(gateway, headers)));

  expect(answers.map(({ status }) => status)).toEqual([401, 403, 403, 200]);
  expect(gateway.asked).toEqual(expect.arrayContaining([LONG.session, LONG.apiToken, LONG.adminSecret, 'good-session']));
});

test('beside an API token neither a session nor a hint counts, however long', async ({ gateway }) => {
  const rest = { ...bySession(`${LONG.session}s`), 'x-takaro-domain': `${LONG.domainHint}d` };

  expect((await askWith(gateway, { ...byApiToken('good-token'), ...rest })).status).toBe(200);
});
