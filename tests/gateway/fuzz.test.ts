import { OPERATIONS } from '@takaro/api';
import { describe, expect, test as plain } from 'vitest';
import { faultsOf, type Fuzz, GROUPS, openFuzz } from './fuzz.ts';
import { META_PATHS } from './published-operations.ts';
import { restTest } from './rest-world.ts';

/** The same requests in every run; another seed in each of the long runs. */
const SEED = 20_261_127;
const EACH = 5;

const test = restTest().extend<{ fuzz: Fuzz }>({
  fuzz: [async ({ rest }, use) => use(await openFuzz(rest)), { scope: 'file' }],
});

describe('whatever is asked of it, nothing fails and nothing of the inside shows', () => {
  test.for(GROUPS)('%s', { timeout: 120_000 }, async ([, routes], { fuzz }) => {
    expect(await fuzz.run(routes, EACH, SEED)).toEqual([]);
  });
});

describe('what is looked for is found', () => {
  const route = OPERATIONS[0]!;
  const request = { route, path: '/player/1', body: '{"a":"node_modules"}', headers: {} };
  const envelope = (message: string): string => JSON.stringify({ meta: { error: { code: 'InternalServerError', message } }, data: {} });

  plain.each([
    ['a failure', 500, envelope('Internal error'), 'fails'],
    ['a part that does not answer', 503, envelope('Try again.'), 'fails'],
    ['a stack', 400, envelope('Error: x\n    at answer (operations.ts:1:1)'), 'shows a stack'],
    ['a file', 400, envelope('/services/players/src/rows.ts'), 'shows a file'],
    ['SQL', 400, envelope('invalid input syntax for type uuid'), 'shows SQL'],
    ['another shape', 404, 'Cannot GET /player', 'answers without the envelope'],
  ])('%s', (_what, status, text, fault) => {
    expect(faultsOf(request, { status, text })).toEqual([expect.stringContaining(fault)]);
  });

  plain('but not what a contract says that it may answer', () => {
    const late = { ...request, route: { ...route, contract: { ...route.contract, errors: ['UNAVAILABLE'] as const } } };

    expect(faultsOf(late, { status: 503, text: envelope('Try again.') })).toEqual([]);
    expect(faultsOf(late, { status: 500, text: envelope('Internal error') })).toEqual([expect.stringContaining('fails')]);
  });

  plain('on the routes that have no contract as well', () => {
    const routes = GROUPS.flatMap(([, group]) => group);
    const healthz = routes.find(({ path }) => path === '/healthz')!;

    expect(routes.filter(({ contract }) => contract === undefined).map(({ path }) => path)).toEqual(META_PATHS);
    expect(faultsOf({ ...request, route: healthz }, { status: 503, text: envelope('Try again.') })).toHaveLength(1);
  });

  plain('and what was sent by who asks is theirs to see', () => {
    expect(faultsOf(request, { status: 400, text: envelope('a must not be node_modules') })).toEqual([]);
  });
});
