import { describe, expect } from 'vitest';
import { documented } from './documented-fetch.ts';
import { type Http, test } from './gateway-world.ts';
import { rawHttp } from './raw-http.ts';

const statusesOf = (answer: string): string[] => [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status = '']) => status);

/** Each answer to `GET /healthz` among those that came in one piece. What is refused before its head is read is no answer of a route. */
function requireDocumented(answers: string): number {
  const ofHealth = answers.split(/(?=HTTP\/1\.1 \d{3})/).filter((answer) => answer.startsWith('HTTP/1.1 200'));
  for (const answer of ofHealth) {
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    const contentType = /content-type: ([^;\r]+)/i.exec(head)?.[1] ?? '';
    documented.require({ method: 'GET', path: '/healthz' }, { status: 200, contentType, body: JSON.parse(body) });
  }
  return ofHealth.length;
}

/** Nothing that was sent before has hurt it. */
async function expectWell(http: Http): Promise<void> {
  expect(await http.ask('POST', '/player/search', { session: 'reader', body: {} })).toMatchObject({ status: 200 });
}

describe('the edge withstands', () => {
  test('ten thousand headers', async ({ http }) => {
    const headers = Array.from({ length: 10_000 }, (_, index) => `x-${index}: ${index}\r\n`).join('');

    const answer = await rawHttp(http.url, `GET /healthz HTTP/1.1\r\nhost: x\r\n${headers}\r\n`, () => false);

    // It hangs up while we still write, so its answer may not arrive.
    expect(answer).toMatch(/^(HTTP\/1\.1 431 |$)/);
    await expectWell(http);
  });

  test('a header of 20 KB, and says what was wrong', async ({ http }) => {
    const answer = await rawHttp(http.url, `GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(20_000)}\r\n\r\n`, () => false);

    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('"code":"BadRequestError"');
  });

  test('what is no HTTP', async ({ http }) => {
    const answer = await rawHttp(http.url, 'HELLO\r\n\r\n', () => false);

    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    await expectWell(http);
  });

  test('a hundred requests in one piece, and answers them in their order', async ({ http }) => {
    const request = (index: number): string => `GET ${index % 2 === 0 ? '/healthz' : '/no/such/thing'} HTTP/1.1\r\nhost: x\r\n\r\n`;
    const all = Array.from({ length: 100 }, (_, index) => request(index)).join('');

    const answer = await rawHttp(http.url, all, (soFar) => statusesOf(soFar).length === 100);

    expect(statusesOf(answer)).toEqual(Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? '200' : '404')));
    expect(requireDocumented(answer)).toBe(50);
    await expectWell(http);
  });

  test.for([
    ['just under 1 MB', 1_048_576 - 100, 400],
    ['over 1 MB', 1_048_577, 413],
  ] as const)('a body of %s', async ([, bytes, status], { http }) => {
    const body = JSON.stringify({ text: 'x'.repeat(bytes - '{"text":""}'.length) });

    const answer = await http.ask('POST', '/player/search', { session: 'reader', body });

    expect(answer).toMatchObject({ status, body: { meta: { error: { message: expect.any(String) } }, data: {} } });
    expect(JSON.stringify(answer.body).length).toBeLessThan(5_000);
    await expectWell(http);
  });

  test('a list that is at fault a hundred thousand times', async ({ http }) => {
    const began = performance.now();
    const body = JSON.stringify({ filters: { id: Array.from({ length: 100_000 }, () => 1) } });

    const answer = await http.ask('POST', '/player/search', { session: 'reader', body });

    expect(answer).toMatchObject({ status: 400, body: { meta: { error: { code: 'ValidationError' } } } });
    expect(JSON.stringify(answer.body).length).toBeLessThan(50_000);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test.for([
    ['a type that is no JSON', 'text/plain', 'hello', 400],
    ['a form', 'application/x-www-form-urlencoded', 'a=1', 400],
    ['no type at all', '', '{}', 400],
  ] as const)('%s', async ([, type, body, status], { http }) => {
    const answer = await http.ask('POST', '/player/search', { session: 'reader', body, headers: { 'content-type': type } });

    expect(answer).toMatchObject({ status, body: { meta: { error: { message: expect.any(String) } }, data: {} } });
  });

  test.for([
    '{"__proto__":{"isAdmin":true}}',
    '{"filters":{"__proto__":{"isAdmin":true}}}',
    '{"constructor":{"prototype":{"isAdmin":true}}}',
    '{"filters":{"constructor":["x"]}}',
    '{"search":{"toString":["x"]}}',
  ])('keys that change prototypes: %s', async (body, { http }) => {
    const answer = await http.ask('POST', '/player/search', { session: 'reader', body });

    expect(answer.status).toBe(400);
    expect({}).not.toHaveProperty('isAdmin');
  });

  test.for(['/player/search?__proto__=1', '/player/search?constructor=1', '/player/search?filters[id]=1'])(
    'a query that means more than it says: %s',
    async (path, { http }) => {
      expect(await http.ask('POST', path, { session: 'reader', body: {} })).toMatchObject({ status: 400 });
    },
  );

  test('paths with odd bytes', async ({ http }) => {
    const statuses = await Promise.all(
      ['/player/%00', '/player/%ff', `/player/${'a'.repeat(2_000)}`, '/..%2f..%2fetc/passwd', '/player/%'].map(
        async (path) => (await http.ask('GET', path, { session: 'reader' })).status,
      ),
    );

    expect(statuses.every((status) => status >= 400 && status < 500)).toBe(true);
    await expectWell(http);
  });
});
