import { OPERATIONS } from '@takaro/api';
import { ALL_REQUESTS } from '@takaro/contracts/all';
import type { RestRoute } from '@takaro/contracts/contract';
import { newId } from '@takaro/contracts/ids';
import { UNAVAILABLE } from '@takaro/contracts/unavailable/all';
import { describe, expect } from 'vitest';
import { documentedFetch } from './documented-fetch.ts';
import { type Http, test } from './gateway-world.ts';

const error = (code: string) => ({ meta: { error: expect.objectContaining({ code }) }, data: {} });

describe('who asks', () => {
  test.for([
    ['without a session', {}, 401, 'UnauthorizedError'],
    ['with a session that is unknown', { session: 'unknown' }, 401, 'UnauthorizedError'],
    ['with a bad API token', { headers: { 'x-takaro-token': 'bad' } }, 403, 'ForbiddenError'],
    ['without the permission', { session: 'nobody' }, 403, 'ForbiddenError'],
    ['of a domain in maintenance', { session: 'asleep' }, 400, 'BadRequestError'],
  ] as const)('%s is refused before the body is looked at', async ([, options, status, code], { http }) => {
    const reply = await http.ask('POST', '/player/search', { ...options, body: { nonsense: true } });

    expect(reply).toEqual({ status, body: error(code) });
  });

  test('who is no dashboard user is told so where only that is missing', async ({ http }) => {
    const reply = await http.ask('POST', `/gameserver/${newId()}/shutdown`, { session: 'desk' });

    expect(reply).toMatchObject({ status: 400, body: { meta: { error: { message: expect.stringContaining('dashboard user') } } } });
  });

  test('what stands above the domains needs the admin secret', async ({ http }) => {
    const without = await http.ask('POST', '/domain/search', { session: 'root' });
    const wrong = await http.ask('POST', '/domain/search', { headers: { 'x-takaro-admin-token': 'wrong' } });
    const right = await http.ask('POST', '/domain/search', { headers: { 'x-takaro-admin-token': 'right' } });

    expect([without.status, wrong.status, right.status]).toEqual([401, 403, 200]);
  });
});

describe('a page that there cannot be', () => {
  const ROUTES = [...ALL_REQUESTS, ...UNAVAILABLE].flatMap(({ rest }) => (rest ? [rest] : []));
  const AT_ONCE = 40;
  /** Refused with 401 and 403 where they are looked at. */
  const unknown = { session: 'unknown', headers: { 'x-takaro-admin-token': 'wrong' } };

  const answerOf = async (http: Http, { id, method, path }: RestRoute, query: string) => {
    const { status, body } = await http.ask(method, `${path.replaceAll(/:\w+/g, newId())}?${query}`, unknown);
    return [id, status, body];
  };

  test.for(['limit=0', 'page=-1'])('of ?%s is refused on the route of every contract before anything else', async (query, { http }) => {
    const answers: unknown[] = [];
    for (let start = 0; start < ROUTES.length; start += AT_ONCE) {
      answers.push(...(await Promise.all(ROUTES.slice(start, start + AT_ONCE).map((route) => answerOf(http, route, query)))));
    }

    const message = expect.stringMatching(/^Invalid pagination: /);
    const refused = { meta: { error: expect.objectContaining({ code: 'ValidationError', message }) }, data: {} };
    expect(ROUTES.length).toBeGreaterThan(180);
    expect(answers).toEqual(ROUTES.map(({ id }) => [id, 400, refused]));
  });
});

describe('an operation', () => {
  test('answers a page in the envelope, and takes a path with another case and a trailing slash', async ({ http }) => {
    const plain = await http.ask('POST', '/player/search', { session: 'reader', body: {} });
    const odd = await http.ask('POST', '/Player/Search/', { session: 'reader', body: '' });

    expect(plain).toEqual({ status: 200, body: { meta: { page: 0, limit: 1, total: 0 }, data: [] } });
    expect(odd).toEqual(plain);
  });

  test('refuses an unknown property with the name of the rule', async ({ http }) => {
    const reply = await http.ask('POST', '/player/search', { session: 'reader', body: { filters: { shoeSize: ['44'] } } });

    expect(reply.status).toBe(400);
    expect(reply.body.meta['error']).toMatchObject({
      code: 'ValidationError',
      details: [{ property: 'filters', children: [{ property: 'shoeSize', constraints: { whitelistValidation: expect.any(String) } }] }],
    });
  });

  test('says that a part of the system does not answer, and nothing else', async ({ http }) => {
    const reply = await http.ask('POST', '/event/search', { session: 'root', body: {} });

    expect(reply).toEqual({ status: 503, body: error('ServiceUnavailableError') });
  });

  test('that does not exist is a 404 in the envelope', async ({ http }) => {
    expect(await http.ask('GET', '/no/such/thing', { session: 'root' })).toEqual({ status: 404, body: error('NotFoundError') });
  });
});

describe('without an envelope', () => {
  test('the process lives while not every service is ready', async ({ http }) => {
    const [lives, ready] = await Promise.all(['/healthz', '/readyz'].map(async (path) => (await documentedFetch(http.url + path)).json()));

    expect([lives, ready]).toEqual([{ healthy: true }, { healthy: false }]);
  });

  test('the metrics of the services that answer come together', async ({ http }) => {
    const reply = await documentedFetch(`${http.url}/metrics`);

    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toContain('text/plain');
  });

  test('every operation stands in the document, with its permission and its refusals', async ({ http }) => {
    const document = (await (await documentedFetch(`${http.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, Record<string, unknown>>>;
    };
    const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map((operation) => operation['operationId']));

    // The stream of events is the gateway's own.
    const expected = [...OPERATIONS.map(({ id }) => id), 'EventController_stream'];
    const published = ids.filter((id) => !String(id).startsWith('Meta_'));

    expect(new Set(published)).toEqual(new Set(expected));
    expect(published).toHaveLength(expected.length);
    expect(document.paths['/player/{id}']?.['get']).toMatchObject({
      description: 'Needs READ_PLAYERS.',
      responses: { 200: {}, 404: { description: 'Not found' } },
    });
  });

  test('the page to read it loads nothing from elsewhere', async ({ http }) => {
    const page = await (await documentedFetch(`${http.url}/api.html`)).text();
    const assets = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    const replies = await Promise.all(assets.map(async (path) => documentedFetch(http.url + path)));
    await Promise.all(replies.map(async (reply) => reply.arrayBuffer()));

    expect(assets.every((path) => path.startsWith('/'))).toBe(true);
    expect(assets.length).toBeGreaterThan(2);
    expect(replies.map(({ status }) => status)).toEqual(assets.map(() => 200));
  });
});
