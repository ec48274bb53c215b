import { newId } from '@takaro/contracts/ids';
import { expect } from 'vitest';
import type { RestAnswer } from './rest-client.ts';
import { restTest } from './rest-world.ts';

const test = restTest({ limits: { apiTokensPerUser: 5 } });

const done = (data: unknown, meta: object = {}) => ({ status: 200, body: { meta, data } });
const refused = (status: number, code: string) => ({ status, body: { meta: { error: expect.objectContaining({ code }) }, data: {} } });
const answerOf = ({ status, body }: RestAnswer) => ({ status, body });

test('a token is made, shown once, used, found and revoked', async ({ rest }) => {
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const shown = {
    name: 'for a program',
    userId: rest.root.id,
    permissions: ['READ_PLAYERS'],
    expiresAt,
    id: expect.any(String),
    createdAt: expect.any(String),
    updatedAt: expect.any(String),
  };

  const made = await rest.ask('POST', '/api-token', { body: { name: shown.name, permissions: shown.permissions, expiresAt } });
  const { id, token } = made.body.data;

  expect(answerOf(made)).toEqual(done({ token: expect.stringMatching(new RegExp(`^${rest.id}\\.[\\w-]{43}$`)), ...shown }));
  const found = await rest.ask('POST', '/api-token/search', { body: { filters: { id: [id] } } });
  expect(answerOf(found)).toEqual(done([shown], { page: 0, limit: 100, total: 1 }));
  const other = await rest.openDomain();
  const me = await rest.ask('GET', '/me', { token, domain: other.id });
  expect([me.body.data.domain, me.body.data.user.id]).toEqual([rest.id, rest.root.id]);
  expect((await rest.ask('POST', '/player/search', { token, body: {} })).status).toBe(200);
  expect(answerOf(await rest.ask('POST', '/role/search', { token, body: {} }))).toEqual(refused(403, 'ForbiddenError'));
  expect(answerOf(await rest.ask('GET', '/settings', { token: `${token}x` }))).toEqual(refused(403, 'ForbiddenError'));

  expect(answerOf(await rest.ask('DELETE', `/api-token/${id}`))).toEqual(done({}));
  expect(answerOf(await rest.ask('DELETE', `/api-token/${id}`))).toEqual(refused(404, 'NotFoundError'));
  await expect
    .poll(async () => answerOf(await rest.ask('GET', '/settings', { token })), { timeout: 15_000, interval: 250 })
    .toEqual(refused(403, 'ForbiddenError'));
});

test('a token without an end and for everything says so', async ({ rest }) => {
  const made = await rest.ask('POST', '/api-token', { body: { name: 'for everything' } });

  expect(made.body.data).toMatchObject({ permissions: null, expiresAt: null });
  expect((await rest.ask('POST', '/role/search', { token: made.body.data.token, body: {} })).status).toBe(200);
});

test('what a token cannot be is refused', async ({ rest }) => {
  const session = await rest.signIn(['READ_PLAYERS']);
  const make = async (body: object, asking: object = {}) => answerOf(await rest.ask('POST', '/api-token', { body, ...asking }));

  expect(await make({})).toEqual(refused(400, 'ValidationError'));
  expect(await make({ name: 'x', expiresAt: 'tomorrow' })).toEqual(refused(400, 'ValidationError'));
  expect(await make({ name: 'x', expiresAt: '2020-01-01T00:00:00.000Z' })).toEqual(refused(400, 'BadRequestError'));
  expect(await make({ name: 'x', permissions: ['ROOT'] }, { session })).toEqual(refused(400, 'BadRequestError'));
  expect(await make({ name: 'x' }, { session: null })).toEqual(refused(401, 'UnauthorizedError'));
  for (let turn = 0; turn < 5; turn += 1) expect((await make({ name: 'x' }, { session })).status).toBe(200);
  expect(await make({ name: 'x' }, { session })).toEqual(refused(400, 'BadRequestError'));
});

test('people find and revoke no tokens of others', async ({ rest }) => {
  const session = await rest.signIn(['READ_PLAYERS']);
  const { id } = (await rest.ask('POST', '/api-token', { body: { name: 'of the root user' } })).body.data;

  const found = await rest.ask('POST', '/api-token/search', { session, body: {} });

  expect(answerOf(found)).toEqual(done([], { page: 0, limit: 100, total: 0 }));
  expect(answerOf(await rest.ask('DELETE', `/api-token/${id}`, { session }))).toEqual(refused(404, 'NotFoundError'));
  expect(answerOf(await rest.ask('DELETE', `/api-token/${newId()}`))).toEqual(refused(404, 'NotFoundError'));
});
