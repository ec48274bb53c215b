import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTenantSchema, type TenantDb } from './index.ts';
import { Thing, THING_FILES } from './test-thing.ts';
import { newTenant, openTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let players: TenantDb;
let modules: TenantDb;

beforeAll(async () => {
  world = await openTestWorld();
  players = await world.open('players', {
    files: { ...THING_FILES, 'migrations/0003-let-modules-refer.sql': 'grant references ("id") on "thing" to takaro_modules' },
    entities: [Thing],
  });
  modules = await world.open('modules', {
    files: {
      'migrations/0001-create-part.sql': 'create table "part" ("id" uuid primary key, "thingId" uuid not null)',
      'links/0001-part-of-thing.sql':
        'alter table "part" add constraint "part_thingId_fkey" foreign key ("thingId") references "thing" ("id") on delete cascade',
    },
  });
});
afterAll(() => world[Symbol.asyncDispose]());

describe('isolation', () => {
  test('a tenant sees its own rows only, by entities and by SQL', async () => {
    const one = await newTenant(world, [players]);
    const two = await newTenant(world, [players]);
    await players.transaction(one, async (tx) => {
      tx.em.create(Thing, { name: 'of one' });
    });

    expect(await (await players.em(one)).count(Thing)).toBe(1);
    expect(await (await players.em(two)).count(Thing)).toBe(0);
    expect(await players.sql(two, 'select from {schema}."thing"')).toEqual([]);
  });

  test.each(['odd-1-tenant', '0', '9-lives', 'a-'.repeat(23) + 'zz', 'select'])('the domain %s is a tenant like any other', async (id) => {
    await newTenant(world, [players], id);
    await players.transaction(id, async (tx) => {
      tx.em.create(Thing, { name: id });
      await tx.sql(`insert into {schema}."thing" ("id", "name") values (gen_random_uuid(), $1)`, ['by sql']);
    });

    const rows = await players.sql<{ name: string }>(id, 'select "name" from {schema}."thing" order by "createdAt", "name"');

    expect(rows.map(({ name }) => name).toSorted()).toEqual([id, 'by sql'].toSorted());
  });

  test.each(['', '_', 'x"; drop schema public; --', 'UPPER', 'a.b', '../x', 'ü', 'x'.repeat(49), '-x'])(
    'what cannot be a domain never reaches SQL: %j',
    async (id) => {
      await expect(players.em(id)).rejects.toMatchObject({ code: 'DOMAIN_UNKNOWN' });
      await expect(players.sql(id, 'select 1')).rejects.toMatchObject({ code: 'DOMAIN_UNKNOWN' });
      await expect(players.transaction(id, async () => 1)).rejects.toMatchObject({ code: 'DOMAIN_UNKNOWN' });
      await expect(createTenantSchema(world.tenancy, id)).rejects.toMatchObject({ code: 'DOMAIN_UNKNOWN' });
    },
  );

  test('the role of another service is refused a table, and may refer to its id all the same', async () => {
    const id = await newTenant(world, [players, modules]);
    const table = `"domain_${id}"."thing"`;
    const thingId = '01890000-0000-7000-8000-000000000000';
    await players.sql(id, `insert into {schema}."thing" ("id", "name") values ($1, 'kept')`, [thingId]);

    await expect(world.query(`select * from ${table}`, [], 'modules')).rejects.toMatchObject({ code: '42501' });
    await expect(world.query(`delete from ${table}`, [], 'modules')).rejects.toMatchObject({ code: '42501' });
    await expect(world.query(`drop table ${table}`, [], 'modules')).rejects.toMatchObject({ code: '42501' });
    await expect(world.query('select from "takaro_players"."tenant"', [], 'modules')).rejects.toMatchObject({ code: '42501' });
    await expect(world.query('create table "public"."x" ()', [], 'modules')).rejects.toMatchObject({ code: '42501' });
    await expect(world.query(`drop schema "domain_${id}" cascade`, [], 'modules')).rejects.toMatchObject({ code: '42501' });
    await expect(world.query('create schema "domain_mine"', [], 'modules')).rejects.toMatchObject({ code: '42501' });
    // The control: the owner may, and the reference holds.
    expect(await world.query(`select * from ${table}`, [], 'players')).toHaveLength(1);
    await modules.sql(id, 'insert into {schema}."part" values (gen_random_uuid(), $1)', [thingId]);
    await expect(modules.sql(id, 'insert into {schema}."part" values (gen_random_uuid(), gen_random_uuid())')).rejects.toMatchObject({
      code: '23503',
    });
  });

  test('a role cannot become another service', async () => {
    await expect(world.query('set role takaro_players', [], 'modules')).rejects.toMatchObject({ code: '42501' });
  });
});
