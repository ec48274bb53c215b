/* oxlint-disable max-lines -- what all routes share, one convention after the other */
import { newId } from '@takaro/contracts/ids';
import { describe, expect } from 'vitest';
import { documentedFetch } from './documented-fetch.ts';
import type { Asking, RestAnswer } from './rest-client.ts';
import { restTest } from './rest-world.ts';

const ORIGIN = 'https://panel.example';
const test = restTest({ env: { TAKARO_CORS_ORIGINS: ORIGIN } });

const failure = (code: string, more: object = {}) => ({ meta: { error: expect.objectContaining({ code, ...more }) }, data: {} });

describe('the checks come in their order', () => {
  test('broken JSON before pagination, pagination before the session', async ({ rest }) => {
    const nobody = { session: null };
    const json = await rest.ask('POST', '/player/search?limit=0', { ...nobody, body: '{"' });
    const pagination = await rest.ask('POST', '/player/search?limit=0', { ...nobody, body: { nonsense: 1 } });
    const session = await rest.ask('POST', '/player/search', { ...nobody, body: { nonsense: 1 } });

    expect([json.status, json.body]).toEqual([400, failure('BadRequestError', { message: 'Invalid JSON' })]);
    expect([pagination.status, pagination.body]).toEqual([
      400,
      failure('ValidationError', { message: expect.stringMatching(/^Invalid pagination: /) }),
    ]);
    expect([session.status, session.body]).toEqual([401, failure('UnauthorizedError')]);
  });

  test('the permission before the dashboard user, that before the state of the domain, that before the schema', async ({ rest }) => {
    const other = await rest.openDomain();
    const path = `/gameserver/${newId()}/message`;
    const [denied, player, dashboard] = [
      await other.signIn([]),
      await other.signIn(['MANAGE_GAMESERVERS'], { isDashboardUser: false }),
      await other.signIn(['MANAGE_GAMESERVERS']),
    ];
    const schema = await other.ask('POST', path, { session: dashboard, body: { nonsense: 1 } });
    await rest.ask('PUT', `/domain/${other.id}`, { admin: true, body: { state: 'MAINTENANCE' } });
    const statusOf = async (asking: Asking) => {
      const { status, body } = await other.ask('POST', path, { body: { nonsense: 1 }, domain: other.id, ...asking });
      return [status, body.meta.error?.code, body.meta.error?.message];
    };

    expect([schema.status, schema.body]).toEqual([400, failure('ValidationError')]);
    expect(await statusOf({ session: denied })).toEqual([403, 'ForbiddenError', 'Forbidden']);
    await expect.poll(() => statusOf({ session: player })).toEqual([400, 'BadRequestError', expect.stringContaining('dashboard user')]);
    await expect.poll(() => statusOf({ session: dashboard })).toEqual([400, 'BadRequestError', expect.stringContaining('maintenance')]);
  });

  test.for(['/healthz?limit=0', '/nothing/here?page=-1', '/openapi.json?limit=many', '/settings?limit=1001', '/me?limit=1&limit=2'])(
    'pagination is looked at even where there are no pages: %s',
    async (path, { rest }) => {
      const { status, body } = await rest.ask('GET', path, { session: null });

      expect([status, body]).toEqual([400, failure('ValidationError', { message: expect.stringMatching(/^Invalid pagination: /) })]);
    },
  );
});

describe('pages', () => {
  test('are asked for in the query or in the body, and the body wins', async ({ rest }) => {
    const plain = await rest.ask('POST', '/role/search', { body: {} });
    const query = await rest.ask('POST', '/role/search?page=1&limit=2', { body: {} });
    const both = await rest.ask('POST', '/role/search?page=1&limit=2', { body: { page: 0, limit: 3 } });
    const total = plain.body.meta['total'];

    expect(plain.body.meta).toEqual({ page: 0, limit: 100, total });
    expect(query.body.meta).toEqual({ page: 1, limit: 2, total });
    expect(query.body.data).toEqual(plain.body.data.slice(2, 4));
    expect(both.body.meta).toEqual({ page: 0, limit: 3, total });
  });

  test('that are good numbers are no fault where there are none', async ({ rest }) => {
    expect((await rest.ask('GET', '/me?page=1&limit=10')).status).toBe(200);
    expect((await rest.ask('GET', '/healthz?limit=10')).body).toEqual({ healthy: true });
  });

  test('are numbers in the body', async ({ rest }) => {
    const { status, body } = await rest.ask('POST', '/role/search', { body: { limit: '5' } });

    expect([status, body.meta.error]).toEqual([
      400,
      expect.objectContaining({ details: [expect.objectContaining({ property: 'limit', constraints: { isNumber: expect.any(String) } })] }),
    ]);
  });

  test('out of bounds are told as the published API tells these faults', async ({ rest }) => {
    const { body } = await rest.ask('POST', '/role/search', { body: { limit: 1_001 } });

    expect(body.meta.error?.details).toEqual({
      value: { limit: '1001' },
      path: 'limit',
      type: 'max',
      errors: [expect.any(String)],
      params: { path: 'limit', max: 1_000 },
      inner: [],
      name: 'ValidationError',
      message: expect.stringMatching(/^Invalid pagination: /),
    });
  });
});

/** A finding at the end of a path of properties. */
const nested = ([property, ...below]: readonly string[], rule: string): unknown =>
  expect.objectContaining(
    below.length > 0 ? { property, children: [nested(below, rule)] } : { property, constraints: { [rule]: expect.any(String) } },
  );

describe('what is wrong with an input is told at its property', () => {
  test.for([
    ['POST', '/role/search', { filters: { shoe: ['44'] } }, ['filters', 'shoe'], 'whitelistValidation'],
    ['POST', '/role/search', { filters: { id: ['44'] } }, ['filters', 'id'], 'isUuid'],
    ['POST', '/role/search', { filters: { name: ['a', null] } }, ['filters', 'name'], 'isString'],
    ['POST', '/user/search', { extend: ['roles', 'shoes'] }, ['extend'], 'isEnum'],
    ['POST', '/role/search', { sortDirection: 'up' }, ['sortDirection'], 'isEnum'],
    ['POST', '/role/search', { sortBy: 'shoe' }, ['sortBy'], 'isColumn'],
    ['POST', '/role/search', { more: 1 }, ['more'], 'whitelistValidation'],
    ['POST', '/gameserver', { name: 'abc', type: 'MOCK', connectionInfo: 'no JSON' }, ['connectionInfo'], 'isJson'],
    ['POST', '/module', { name: 'abc', latestVersion: { uiSchema: '5' } }, ['latestVersion', 'uiSchema'], 'isJson'],
    ['POST', '/login', { username: 'ab', password: 'long enough' }, ['username'], 'isLength'],
    ['GET', '/role/not-an-id', undefined, ['id'], 'isUuid'],
    ['GET', '/settings?more=1', undefined, ['more'], 'whitelistValidation'],
  ] as const)('%s %s %j', async ([method, path, body, place, rule], { rest }) => {
    const answer = await rest.ask(method, path, body === undefined ? {} : { body });
    const details: unknown = answer.body.meta.error?.details;

    expect([answer.status, answer.body.meta.error?.code]).toEqual([400, 'ValidationError']);
    expect(details).toEqual([nested(place, rule)]);
  });

  test.for(['/module/search', '/module/version/search', '/module/installation/search', '/entities/search'])(
    'but relations that nobody knows say nothing to %s',
    async (path, { rest }) => {
      expect((await rest.ask('POST', path, { body: { extend: ['shoes'], limit: 1 } })).status).toBe(200);
    },
  );

  test.for(['root', 5])('%j where a filter wants a list is a bad request', async (name, { rest }) => {
    const { status, body } = await rest.ask('POST', '/role/search', { body: { filters: { name } } });

    expect([status, body]).toEqual([400, failure('BadRequestError')]);
  });

  test('values of a wrong type for a column that is searched by range are a fault of the input', async ({ rest }) => {
    const good = await rest.ask('POST', '/role/search', { body: { greaterThan: { createdAt: '2020-01-01T00:00:00.000Z' } } });
    const none = await rest.ask('POST', '/role/search', { body: { greaterThan: { createdAt: null }, lessThan: { createdAt: null } } });
    const bad = await rest.ask('POST', '/role/search', { body: { greaterThan: { createdAt: 'no time' } } });

    expect([good.status, bad.status, bad.body]).toEqual([200, 400, failure('ValidationError')]);
    expect(none.body).toEqual(good.body);
  });
});

describe('filters', () => {
  const namesOf = ({ body }: RestAnswer): string[] => body.data.map(({ name }: { name: string }) => name).sort();

  test('take a list, a flag, the text null and nothing', async ({ rest }) => {
    const roles = async (body: object) => namesOf(await rest.ask('POST', '/role/search', { body }));
    const all = await roles({});
    const users = await rest.ask('POST', '/user/search', { body: { filters: { isDashboardUser: false, playerId: ['null'] } } });

    expect(await roles({ filters: { name: ['root', 'Player'] } })).toEqual(['Player', 'root']);
    expect(await roles({ filters: { name: ['null'] } })).toEqual([]);
    expect(await roles({ filters: { name: [] } })).toEqual(all);
    expect(namesOf(users)).toEqual(['root']);
  });
});

describe('requests of other shapes', () => {
  test('an empty body, null and none are an empty input', async ({ rest }) => {
    const headers = { 'content-type': 'application/json' };
    const answers = await Promise.all(
      [{}, { headers }, { body: '', headers }, { body: 'null' }].map((asking) => rest.ask('POST', '/role/search', asking)),
    );

    expect(answers.map(({ status, body }) => [status, body.meta['limit']])).toEqual(answers.map(() => [200, 100]));
  });

  test('a DELETE with a JSON type and without a body, and one with a body, are taken', async ({ rest }) => {
    const headers = { 'content-type': 'application/json' };
    const without = await rest.ask('DELETE', '/gameserver/registrationToken', { headers });
    const body = await rest.ask('DELETE', '/gameserver/registrationToken', { body: { more: 1 } });

    expect([without.status, without.body]).toEqual([200, { meta: {}, data: {} }]);
    expect([body.status, body.body]).toEqual([400, failure('ValidationError')]);
  });

  test('a path is the same with another case and a trailing slash, but what stands in it keeps its case', async ({ rest }) => {
    const odd = await rest.ask('GET', '/SETTINGS/commandPrefix/');

    expect([odd.status, odd.body.data.key]).toEqual([200, 'commandPrefix']);
  });

  test('a key that is repeated in a query is a list', async ({ rest }) => {
    const two = await rest.ask('GET', '/settings?keys=commandPrefix&keys=currencyName');
    const one = await rest.ask('GET', '/settings?keys=currencyName');
    const keys = (answer: RestAnswer) => answer.body.data.map(({ key }: { key: string }) => key).sort();

    expect([keys(two), keys(one)]).toEqual([['commandPrefix', 'currencyName'], ['currencyName']]);
  });
});

describe('another origin', () => {
  test.for([
    ['none at all', {}, 200],
    ['one of the configuration', { origin: ORIGIN }, 200],
    ['an unknown one', { origin: 'https://elsewhere.example' }, 400],
    ['one that is no address', { origin: 'null' }, 400],
  ] as const)('%s', async ([, headers, status], { rest }) => {
    const answer = await rest.ask('GET', '/me', { headers });

    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body).toEqual(failure('BadRequestError'));
    expect(answer.headers.get('access-control-allow-origin')).toBe('origin' in headers && status === 200 ? ORIGIN : null);
  });

  test('our own pages may call', async ({ rest }) => {
    expect((await rest.ask('GET', '/me', { headers: { origin: rest.apiUrl } })).status).toBe(200);
  });

  test('a browser may ask first', async ({ rest }) => {
    const asked = await documentedFetch(`${rest.apiUrl}/me`, {
      method: 'OPTIONS',
      headers: { origin: ORIGIN, 'access-control-request-method': 'DELETE', 'access-control-request-headers': 'x-takaro-token' },
    });

    expect(asked.headers.get('access-control-allow-methods')).toContain('DELETE');
    expect(asked.headers.get('access-control-allow-credentials')).toBe('true');
  });
});

describe('headers', () => {
  test('an answer carries its ETag, by which it is not sent twice, and does not say what made it', async ({ rest }) => {
    const first = await rest.ask('GET', '/settings');
    const etag = first.headers.get('etag') ?? '';
    const again = await documentedFetch(`${rest.apiUrl}/settings`, {
      headers: { authorization: `Bearer ${rest.root.session}`, 'if-none-match': etag },
    });

    expect(etag).toMatch(/^W\/"/);
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect(first.headers.get('x-powered-by')).toBeNull();
  });
});

describe('a domain that is removed for good', () => {
  test('is gone soon, and nobody else notices', async ({ rest }) => {
    const other = await rest.openDomain();
    await other.openGame('doomed', ['Alice', 'Bob']);
    const began = performance.now();
    const [removed, ...others] = await Promise.all([
      rest.ask('DELETE', `/domain/${other.id}?hardDelete=true`, { admin: true }),
      ...Array.from({ length: 20 }, () => rest.ask('POST', '/role/search', { body: {} })),
    ]);
    const elapsedMs = performance.now() - began;
    const after = await rest.ask('GET', `/domain/${other.id}`, { admin: true });

    expect([removed.status, after.status]).toEqual([200, 404]);
    expect(others.map(({ status }) => status)).toEqual(others.map(() => 200));
    expect(elapsedMs).toBeLessThan(20_000);
    await expect.poll(async () => (await other.ask('GET', '/me')).status).toBe(401);
  });
});
