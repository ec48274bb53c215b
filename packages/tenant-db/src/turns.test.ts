import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TenantDb, TenantDbOptions } from './index.ts';
import { Thing, THING_FILES } from './test-thing.ts';
import { holdTables, newTenant, openTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const open = (pool: NonNullable<TenantDbOptions['pool']>): Promise<TenantDb> =>
  world.open('players', { files: THING_FILES, entities: [Thing], pool });

const noon = new Date('2026-06-01T12:00:00.000Z');
const KINDS = ['one', 'two', 'three', 'four'];

test('those who hold a connection while a tenant works for them do not take the ones that it works with', async () => {
  const db = await open({ connections: 1, ofOneTenant: 1, held: 2 });
  const id = await newTenant(world, [db]);
  for (const kind of KINDS) await db.transaction(id, (tx) => tx.schedule({ kind, key: 'x', dueAt: noon }));
  let atOnce = 0;
  const mostAtOnce: number[] = [];

  const taken = await Promise.all(
    KINDS.map((kind) =>
      db.takeDueTogether({ kind, now: noon, limit: 10 }, async () => {
        atOnce += 1;
        mostAtOnce.push(atOnce);
        await db.sql(id, 'select pg_sleep(0.1) from (select count(*) from {schema}."thing") t');
        atOnce -= 1;
        return null;
      }),
    ),
  );

  expect(taken).toEqual([1, 1, 1, 1]);
  expect(Math.max(...mostAtOnce)).toBe(2);
  expect(await db.platformSql('select "kind" from {platform}."due"')).toEqual([]);
});

test('tenants whose tables are held leave those who hold a connection theirs', async () => {
  const db = await open({ connections: 2, ofOneTenant: 2, held: 1 });
  const ids = [await newTenant(world, [db]), await newTenant(world, [db]), await newTenant(world, [db])];
  await db.transaction(ids[0]!, (tx) => tx.schedule({ kind: 'held', key: 'x', dueAt: noon }));
  await using locks = await holdTables(
    world,
    ids.map((id) => `"domain_${id}"."thing"`),
  );
  const waiting = ids.map((id) => db.sql(id, 'select count(*)::int as "count" from {schema}."thing"'));
  await expect.poll(() => locks.waiting()).toBe(2);

  expect(await db.takeDueTogether({ kind: 'held', now: noon, limit: 10 }, async () => null)).toBe(1);

  expect(await locks.waiting()).toBe(2);
  await locks.release();
  expect(await Promise.all(waiting)).toEqual(ids.map(() => [{ count: 0 }]));
});
