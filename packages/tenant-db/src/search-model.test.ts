import type { SearchInput } from '@takaro/contracts/search';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { searchPage, type TenantDb } from './index.ts';
import { Thing, THING_FILES } from './test-thing.ts';
import { newTenant, openTestWorld, type TestWorld } from './test-world.ts';

/** Searching as the published API describes it, over rows in memory: what the SQL must find, in that order. */

interface Row {
  readonly id: string;
  readonly name: string;
  readonly amount: number | null;
  readonly broken: boolean;
  readonly ownerId: string | null;
}

type Field = keyof Row;

const uuid = fc.uuid({ version: 7 });
const odd = fc.constantFrom(`'; drop table "thing"; --`, '%', '_', '\\', '"', '$1', '?', ':name', 'null', '');
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'B', '1', 'ä', '%', '_', '\\', ' '), minLength: 1, maxLength: 6 }),
  odd,
);
const owners = ['018f0000-0000-7000-8000-00000000000a', '018f0000-0000-7000-8000-00000000000b'];

const ROWS: readonly Row[] = fc.sample(
  fc.uniqueArray(
    fc.record<Row>({
      id: uuid,
      name: text,
      amount: fc.option(fc.nat({ max: 9 })),
      broken: fc.boolean(),
      ownerId: fc.option(fc.constantFrom(...owners)),
    }),
    { selector: ({ name }) => name, minLength: 60, maxLength: 60 },
  ),
  { numRuns: 1, seed: 4 },
)[0]!;

const listOf = <T>(values: fc.Arbitrary<T>) => fc.array(values, { maxLength: 4 });
const optional: { requiredKeys: [] } = { requiredKeys: [] };
const bounds = fc.record({ amount: fc.nat({ max: 9 }), name: text }, optional);
const input: fc.Arbitrary<SearchInput> = fc.record(
  {
    filters: fc.record(
      {
        name: listOf(fc.oneof(text, fc.constantFrom(...ROWS.map(({ name }) => name)))),
        amount: listOf(fc.oneof(fc.nat({ max: 9 }), fc.constant('null'))),
        broken: fc.oneof(fc.boolean(), listOf(fc.boolean())),
        ownerId: listOf(fc.constantFrom(...owners, 'null')),
      },
      optional,
    ),
    search: fc.record({ name: listOf(text), ownerId: listOf(fc.constantFrom('0a', '018F', 'x')) }, optional),
    greaterThan: bounds,
    lessThan: bounds,
    sortBy: fc.constantFrom('id', 'name', 'amount', 'broken', 'ownerId'),
    sortDirection: fc.constantFrom('asc', 'desc'),
    page: fc.nat({ max: 3 }),
    limit: fc.integer({ min: 1, max: 70 }),
  },
  optional,
);

const collator = new Intl.Collator('en-US');
const plain = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compare(a: Row[Field], b: Row[Field], field: Field): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (field === 'name') return collator.compare(String(a), String(b)) || plain(String(a), String(b));
  return field === 'amount' || field === 'broken' ? Number(a) - Number(b) : plain(String(a), String(b));
}

const valueOf = (row: Row, field: string): Row[Field] => Object.entries(row).find(([name]) => name === field)?.[1] as Row[Field];

const isFiltered = (row: Row, { filters = {} }: SearchInput): boolean =>
  Object.entries(filters).every(([field, wanted]) => {
    const value = valueOf(row, field);
    if (!Array.isArray(wanted)) return value === wanted;
    return wanted.length === 0 || wanted.some((one) => (one === 'null' ? value === null : value === one));
  });

/** LIKE, as SQL defines it, with a backslash that is itself. */
function fits(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('%')) return fits(pattern.slice(1), text) || (text !== '' && fits(pattern, text.slice(1)));
  return text !== '' && (pattern.startsWith('_') || pattern[0] === text[0]) && fits(pattern.slice(1), text.slice(1));
}

function isFound(row: Row, { search = {} }: SearchInput): boolean {
  const asked = Object.entries(search).flatMap(([field, texts]) => texts.map((part) => [field, part] as const));
  const holds = ([field, part]: readonly [string, string]): boolean => {
    const value = valueOf(row, field);
    return value !== null && fits(`%${part}%`.toLowerCase(), String(value).toLowerCase());
  };
  return asked.length === 0 || asked.some(holds);
}

const isWithin = (row: Row, { greaterThan = {}, lessThan = {} }: SearchInput): boolean =>
  [[1, greaterThan] as const, [-1, lessThan] as const].every(([sign, wanted]) =>
    Object.entries(wanted).every(([field, bound]) => {
      if (!bound) return true;
      const value = valueOf(row, field);
      return value !== null && sign * compare(value, bound as Row[Field], field as Field) >= 0;
    }),
  );

function model(asked: SearchInput): { ids: string[]; total: number } {
  const { sortBy = 'id', sortDirection = 'asc', page = 0, limit = 100 } = asked;
  const found = ROWS.filter((row) => isFiltered(row, asked) && isFound(row, asked) && isWithin(row, asked));
  const sign = sortDirection === 'asc' ? 1 : -1;
  const ordered = found.toSorted((a, b) => sign * (compare(valueOf(a, sortBy), valueOf(b, sortBy), sortBy as Field) || plain(a.id, b.id)));
  return { ids: ordered.slice(page * limit, (page + 1) * limit).map(({ id }) => id), total: found.length };
}

let world: TestWorld;
let db: TenantDb;
let domainId: string;

beforeAll(async () => {
  world = await openTestWorld();
  db = await world.open('players', { files: THING_FILES, entities: [Thing] });
  domainId = await newTenant(world, [db]);
  await db.transaction(domainId, async ({ em }) => {
    for (const row of ROWS) em.create(Thing, row);
  });
});
afterAll(() => world[Symbol.asyncDispose]());

test('a search finds what the model finds, in its order, with its total, and what it asks for never becomes SQL', async () => {
  await fc.assert(
    fc.asyncProperty(input, async (asked) => {
      const { rows, total } = await searchPage(await db.em(domainId), Thing, asked);

      expect({ ids: rows.map(({ id }) => id), total }).toEqual(model(asked));
    }),
    { numRuns: 300, seed: 4 },
  );
});

test('whatever text sorts or filters, the table stands', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, fc.string()), fc.oneof(text, fc.string()), async (field, value) => {
      const asked = { sortBy: field, filters: { [field]: [value] }, search: { name: [value] } };
      await searchPage(await db.em(domainId), Thing, asked).catch((error: unknown) => {
        if (!(error instanceof Error) || !('code' in error) || error.code !== 'INVALID_MESSAGE') throw error;
      });
    }),
    { numRuns: 150, seed: 4 },
  );

  expect((await searchPage(await db.em(domainId), Thing, {})).total).toBe(ROWS.length);
});
