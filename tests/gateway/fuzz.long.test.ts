import { expect } from 'vitest';
import { type Fuzz, GROUPS, openFuzz } from './fuzz.ts';
import { restTest } from './rest-world.ts';

const EACH = 300;

const test = restTest().extend<{ fuzz: Fuzz }>({
  fuzz: [async ({ rest }, use) => use(await openFuzz(rest)), { scope: 'file' }],
});

test.for(GROUPS)('thousands of odd requests to %s break nothing', { timeout: 900_000 }, async ([, routes], { fuzz }) => {
  const seed = Math.floor(Math.random() * 2 ** 31);

  expect(await fuzz.run(routes, EACH, seed), `with the seed ${seed}`).toEqual([]);
});
