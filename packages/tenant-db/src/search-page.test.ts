import type { SearchInput } from '@takaro/contracts/search';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { searchPage, type TenantDb } from './index.ts';
import { Thing, THING_FILES } from './test-thing.ts';
import { newTenant, openTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let db: TenantDb;
let domainId: string;

const idOf = (n: number): string => `01890000-0000-7000-8000-00000000000${n}`;
const OWNER = '01890000-0000-7000-8000-0000000000aa';

beforeAll(async () => {
  world = await openTestWorld();
  db = await world.open('players', { files: THING_FILES, entities: [Thing] });
  domainId = await newTenant(world, [db]);
  await db.transaction(domainId, async ({ em }) => {
    em.create(Thing, { id: idOf(1), name: 'banana', amount: 3, broken: true, ownerId: OWNER });
    em.create(Thing, { id: idOf(2), name: 'Apple', amount: 1 });
    em.create(Thing, { id: idOf(3), name: 'Äpfel', amount: null, secret: 'z' });
    em.create(Thing, { id: idOf(4), name: 'cherry', amount: 0, secret: 'a' });
    em.create(Thing, { id: idOf(5), name: '100%_sure\\', amount: 2 });
  });
});
afterAll(() => world[Symbol.asyncDispose]());

const names = async (input: SearchInput, options: Parameters<typeof searchPage<Thing>>[3] = {}): Promise<string[]> => {
  const { rows } = await searchPage(await db.em(domainId), Thing, { sortBy: 'name', ...input }, options);
  return rows.map(({ name }) => name);
};
type Thing = InstanceType<typeof Thing.class>;

const ALL = ['100%_sure\\', 'Äpfel', 'Apple', 'banana', 'cherry'];

describe('search', () => {
  test.each<[string, SearchInput, string[]]>([
    ['nothing asked for is everything, ordered as en-US orders names', {}, ALL],
    ['values of one field are OR', { filters: { name: ['Apple', 'cherry'] } }, ['Apple', 'cherry']],
    ['fields are AND', { filters: { name: ['Apple', 'cherry'], amount: [1] } }, ['Apple']],
    ['an empty array filters nothing', { filters: { name: [] } }, ALL],
    ['the text null is NULL', { filters: { amount: ['null'] } }, ['Äpfel']],
    ['the text null beside values', { filters: { amount: ['null', 3] } }, ['Äpfel', 'banana']],
    ['a bare boolean', { filters: { broken: true } }, ['banana']],
    ['a boolean in an array', { filters: { broken: [false], amount: [1, 3] } }, ['Apple']],
    ['a filter on what is no column is left to the caller', { filters: { roleId: ['x'] } }, ALL],
    ['search is a substring, whatever the case', { search: { name: ['AN'] } }, ['banana']],
    ['search is OR over values and fields', { search: { name: ['appl', 'cherr'], ownerId: ['00AA'] } }, ['Apple', 'banana', 'cherry']],
    ['search takes % and _ as wildcards', { search: { name: ['b_n%na', 'p_l'] } }, ['Apple', 'banana']],
    ['search takes a backslash as itself', { search: { name: ['sure\\'] } }, ['100%_sure\\']],
    ['greaterThan includes its bound', { greaterThan: { amount: 2 } }, ['100%_sure\\', 'banana']],
    ['lessThan includes its bound', { lessThan: { amount: 1 } }, ['Apple', 'cherry']],
    ['a falsy bound is skipped', { greaterThan: { amount: 0 }, lessThan: { amount: null } }, ALL],
    ['both bounds', { greaterThan: { amount: 1 }, lessThan: { amount: 2 } }, ['100%_sure\\', 'Apple']],
    ['filters and search are AND', { filters: { amount: [1, 3] }, search: { name: ['a'] }, greaterThan: { amount: 2 } }, ['banana']],
    ['descending', { sortDirection: 'desc' }, ALL.toReversed()],
    ['by a number', { sortBy: 'amount' }, ['cherry', 'Apple', '100%_sure\\', 'banana', 'Äpfel']],
    ['by default in the order of the ids', { sortBy: 'id' }, ['banana', 'Apple', 'Äpfel', 'cherry', '100%_sure\\']],
    ['a page counts from zero', { limit: 2, page: 1 }, ['Apple', 'banana']],
    ['past the last page is nothing', { limit: 2, page: 3 }, []],
  ])('%s', async (_title, input, expected) => {
    expect(await names(input)).toEqual(expected);
  });

  test('the shortest come first where that is asked for and no column is', async () => {
    const em = await db.em(domainId);
    const found = async (input: SearchInput) =>
      (await searchPage(em, Thing, input, { shortestFirst: 'name' })).rows.map(({ name }) => name);

    const shortest = ['Äpfel', 'Apple', 'banana', 'cherry', '100%_sure\\'];
    expect(await found({})).toEqual(shortest);
    expect(await found({ sortDirection: 'desc' })).toEqual(shortest.toReversed());
    expect(await found({ sortBy: 'name' })).toEqual(ALL);
  });

  test('the total is that of the whole filtered set', async () => {
    const em = await db.em(domainId);

    expect(await searchPage(em, Thing, { limit: 1, greaterThan: { amount: 1 } })).toMatchObject({ page: 0, limit: 1, total: 3 });
    expect(await searchPage(em, Thing, {})).toMatchObject({ page: 0, limit: 100, total: 5 });
  });

  test('the total of a large set is counted once in a moment, and anew when something was written', async () => {
    const other = await newTenant(world, [db]);
    const schema = `"domain_${other}"`;
    const total = async (): Promise<number> => (await searchPage(await db.em(other), Thing, { limit: 1 })).total;
    await world.query(
      `insert into ${schema}."thing" ("id", "name") select gen_random_uuid(), 'thing ' || n from generate_series(1, 10001) n`,
    );

    const first = await total();
    await world.query(`delete from ${schema}."thing" where "name" = 'thing 1'`);
    const kept = await total();
    const narrower = await searchPage(await db.em(other), Thing, { limit: 1, filters: { broken: false } });
    await db.transaction(other, async ({ em }) => void em.create(Thing, { id: idOf(1), name: 'one more' }));
    await db.transaction(other, async ({ em }) => void em.create(Thing, { id: idOf(2), name: 'and another' }));

    expect([first, kept, narrower.total, await total()]).toEqual([10_001, 10_001, 10_000, 10_002]);
  });

  test.each(['nope', 'name"; drop table thing; --', 'secret', '__proto__', 'constructor'])('sorting by %s is refused', async (sortBy) => {
    await expect(names({ sortBy })).rejects.toMatchObject({ code: 'INVALID_MESSAGE', details: [{ property: 'sortBy' }] });
  });

  test('a hidden column cannot be searched for', async () => {
    expect(await names({ filters: { secret: ['a'] }, search: { secret: ['a'] } })).toEqual(ALL);
  });

  test('values never become SQL', async () => {
    const odd = `'); drop table "thing"; --`;

    expect(await names({ filters: { name: [odd, '?', '$1', ':name'] } })).toEqual([]);
    expect(await names({ search: { name: [odd, '??'], ownerId: [odd] } })).toEqual([]);
    expect(await names({})).toEqual(ALL);
  });

  test('the caller adds conditions, and names of its own for columns', async () => {
    expect(await names({}, { where: { broken: false, amount: { $ne: null } } })).toEqual(['100%_sure\\', 'Apple', 'cherry']);
    expect(await names({ filters: { count: [3] }, sortBy: 'count' }, { columns: { count: 'amount' } })).toEqual(['banana']);
  });
});
