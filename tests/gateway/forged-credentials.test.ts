import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { SQL_CORPUS } from '../abuse/sql-corpus.ts';
import { restTest } from './rest-world.ts';

const test = restTest();

/** What HTTP takes in a header. */
const inHeader = (text: string): string => text.replaceAll(/[^\u0020-\u007e]/g, '?').trim();

test('what looks like a session or an API token and is none opens nothing', async ({ rest }) => {
  const other = await rest.openDomain();
  const tokenOf = async (domainId: string): Promise<string> =>
    (await rest.ask('POST', '/token', { admin: true, body: { domainId } })).body.data.token;
  const [own, foreign, late] = [await tokenOf(rest.id), await tokenOf(other.id), await tokenOf(rest.id)];
  await rest.world.adminSql(`UPDATE "domain_${rest.id}"."apiToken" SET "expiresAt" = now() - interval '1 second' WHERE "id" =
    (SELECT "id" FROM "domain_${rest.id}"."apiToken" ORDER BY "createdAt" DESC, "id" DESC LIMIT 1)`);
  const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: 'tenancy', sub: rest.root.id, aud: 'takaro-bus', dom: rest.id, perms: ['ROOT'], exp: 4_000_000_000 };
  const forged = [
    await rest.world.tokens.user(rest.id),
    await rest.world.tokens.admin(),
    await rest.world.tokens.forged(rest.id),
    `${encoded({ alg: 'none' })}.${encoded(claims)}.`,
    `${encoded({ alg: 'HS256', kid: 'user-1' })}.${encoded(claims)}.${randomBytes(32).toString('base64url')}`,
    `${rest.id}.${foreign.split('.').at(-1)}`,
    `${rest.id}.${randomBytes(32).toString('base64url')}`,
    `${own}x`,
    own.slice(0, -1),
    late,
  ];

  for (const token of forged) {
    expect((await rest.ask('GET', '/me', { session: token })).status, `${token} as a session`).toBe(401);
    expect((await rest.ask('GET', '/me', { token })).status, `${token} as an API token`).toBe(403);
    expect((await rest.ask('POST', '/domain/search', { admin: token, body: {} })).status, `${token} as the admin secret`).toBe(403);
  }
  expect((await rest.ask('GET', '/me', { token: own })).body.data.domain).toBe(rest.id);
  expect((await rest.ask('GET', '/me', { token: foreign })).body.data.domain).toBe(other.id);
});

test('SQL in hints, credentials, paths, filters and sort keys comes to nothing', { timeout: 120_000 }, async ({ rest }) => {
  const { gameServerId } = await rest.openGame('corpus');
  const before = await rest.ask('POST', '/gameserver/search', { body: {} });

  for (const text of SQL_CORPUS.filter((_text, index) => index % 10 === 0)) {
    const answers = await Promise.all([
      rest.ask('GET', '/me', { domain: inHeader(text) }),
      rest.ask('GET', '/me', { session: inHeader(text) }),
      rest.ask('GET', '/me', { token: `${inHeader(text)}.x` }),
      rest.ask('GET', `/gameserver/${encodeURIComponent(text.slice(0, 100))}`),
      rest.ask('POST', '/gameserver/search', { body: { sortBy: text } }),
      rest.ask('POST', '/gameserver/search', { body: { filters: { id: [text] } } }),
    ]);
    const searched = await rest.ask('POST', '/gameserver/search', { body: { filters: { name: [text] }, search: { name: [text] } } });

    expect(
      answers.filter(({ status }) => status < 400 || status >= 500).map(({ body }) => body),
      text,
    ).toEqual([]);
    expect([200, 400], text).toContain(searched.status);
    if (searched.status === 200) expect(searched.body.data, text).toEqual([]);
  }
  expect(await rest.ask('POST', '/gameserver/search', { body: {} })).toMatchObject({ body: before.body });
  expect(before.body.data).toMatchObject([{ id: gameServerId }]);
});
