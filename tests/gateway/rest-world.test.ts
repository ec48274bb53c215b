import { newId } from '@takaro/contracts/ids';
import { describe, expect, test as plain } from 'vitest';
import { documentedAnswers, operationAt } from './documented-answers.ts';
import { META_PATHS } from './published-operations.ts';
import { restTest } from './rest-world.ts';

const test = restTest();

test('the root user of a fresh domain is answered, and sees nothing of another domain', async ({ rest }) => {
  const other = await rest.openDomain();

  const here = await rest.ask('GET', '/me');
  const there = await other.ask('GET', '/me');

  expect(here).toMatchObject({ status: 200, body: { meta: {}, data: { domain: rest.id, user: { id: rest.root.id } } } });
  expect(there.body.data).toMatchObject({ domain: other.id, domains: [{ id: other.id }] });
});

test('who has few permissions is refused what needs others', async ({ rest }) => {
  const session = await rest.signIn(['READ_PLAYERS']);

  const allowed = await rest.ask('POST', '/player/search', { session, body: {} });
  const refused = await rest.ask('POST', '/role/search', { session, body: {} });
  const nobody = await rest.ask('POST', '/player/search', { session: null, body: {} });

  expect([allowed.status, refused.status, nobody.status]).toEqual([200, 403, 401]);
});

test('a game server that connects is found by its id', async ({ rest }) => {
  const { gameServerId } = await rest.openGame('first', ['Alice']);

  const found = await rest.ask('GET', `/gameserver/${gameServerId}`);

  expect(found.body.data).toMatchObject({ id: gameServerId, name: 'first', reachable: true });
});

test('a text as body, another secret and an unknown id come out as they went in', async ({ rest }) => {
  const broken = await rest.ask('POST', '/player/search', { body: '{"' });
  const wrong = await rest.ask('POST', '/domain/search', { admin: 'wrong', body: {} });
  const unknown = await rest.ask('GET', `/player/${newId()}`);

  expect([broken.status, wrong.status, unknown.status]).toEqual([400, 403, 404]);
});

test('what the gateway answers by itself is in the document, and so are its refusals', async ({ rest }) => {
  const answers = await Promise.all(META_PATHS.map((path) => rest.ask('GET', path, { session: null })));
  const refused = await Promise.all(META_PATHS.map((path) => rest.ask('GET', `${path}?limit=0`, { session: null })));

  expect(META_PATHS).toHaveLength(6);
  expect(answers.map(({ status }) => status)).toEqual(META_PATHS.map((path) => (path === '/' ? 302 : 200)));
  expect(refused.map(({ status }) => status)).toEqual(META_PATHS.map(() => 400));
});

describe('an answer is held against the document', () => {
  const schema = { type: 'object', required: ['data'], properties: { data: { $ref: '#/components/schemas/Text' } } };
  const responses = { 200: { content: { 'application/json': { schema } } }, 302: {} };
  const components = { schemas: { Text: { type: 'string' }, ErrorOutput: { type: 'object', required: ['meta', 'data'] } } };
  const paths = { '/player/{id}': { get: { responses } }, '/healthz': { get: { responses } } };
  const documented = documentedAnswers({ paths, components } as never);
  const answer = (status: number, body: unknown, contentType = 'application/json') => ({ status, body, contentType });

  describe.each([`/player/${newId()}`, '/healthz', '/Healthz/?limit=1'])('of %s', (path) => {
    const asked = { method: 'GET', path };

    plain.each([
      ['another shape', answer(200, { data: 1 }), 'must be string'],
      ['another status', answer(418, {}), 'says nothing of 418'],
      ['another type', answer(200, 'x', 'text/html'), 'knows no text/html'],
      ['something where there is to be nothing', answer(302, 'x', 'text/html'), 'knows no text/html'],
    ])('and %s is not let pass', (_what, given, message) => {
      expect(() => documented.require(asked, given)).toThrow(message);
    });

    plain('and passes where it fits', () => {
      expect(() => documented.require(asked, answer(200, { data: 'x' }))).not.toThrow();
      expect(() => documented.require(asked, answer(302, '', ''))).not.toThrow();
    });
  });

  plain('but where there is no such route only refusals pass', () => {
    const asked = { method: 'POST', path: '/healthz' };

    expect(() => documented.require(asked, answer(404, { meta: {}, data: {} }))).not.toThrow();
    expect(() => documented.require(asked, answer(404, {}))).toThrow('is not in the OpenAPI document');
    expect(() => documented.require(asked, answer(200, { meta: {}, data: {} }))).toThrow('is not in the OpenAPI document');
  });

  plain.each([
    ['OPTIONS', '/me'],
    ['GET', '/socket.io/?EIO=4'],
    ['GET', '/api/start.js'],
  ])('and %s %s is none of its business', (method, path) => {
    expect(() => documented.require({ method, path }, answer(204, ''))).not.toThrow();
  });

  plain('and an operation that the document lacks does not', () => {
    expect(() => documented.require({ method: 'GET', path: '/me' }, answer(200, {}))).toThrow('says nothing of 200');
  });
});

describe('the operation of a path', () => {
  plain.each([
    ['POST', '/gameserver/player/search', 'PlayerOnGameServerController_search'],
    ['GET', `/Player/${newId()}/?x=1`, 'PlayerController_getOne'],
    ['GET', '/nothing', undefined],
  ])('of %s %s is %s', (method, path, id) => {
    expect(operationAt(method, path)?.id).toBe(id);
  });
});
