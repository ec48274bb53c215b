import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MigrationProgress, TenantDb } from './index.ts';
import { Thing, THING_FILES } from './test-thing.ts';
import { ask, newTenant, openTestWorld, type ServiceFiles, type TestWorld } from './test-world.ts';

let world: TestWorld;

beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

/** A newer version of a service: the same files and more. */
const upgraded = (files: ServiceFiles): Promise<TenantDb> =>
  world.open('players', { files: { ...THING_FILES, ...files }, entities: [Thing] });

const shapeOf = (domainId: string): Promise<unknown[]> =>
  world.query(
    `select c.table_name, c.column_name, c.data_type, c.is_nullable, c.column_default,
       (select array_agg(pg_get_constraintdef(k.oid) order by k.conname) from pg_constraint k
        where k.conrelid = format('%I.%I', c.table_schema, c.table_name)::regclass) as constraints
     from information_schema.columns c where c.table_schema = $1 order by 1, c.ordinal_position`,
    [`domain_${domainId}`],
  );

describe('migrations', () => {
  test('a new tenant, which runs all files as one, looks like one that ran them one by one', async () => {
    const [first = '', ...later] = Object.keys(THING_FILES);
    const old = await world.open('players', { files: { [first]: THING_FILES[first] ?? '' } });
    const oneByOne = await newTenant(world, [old]);
    for (let count = 2; count <= later.length + 1; count += 1) {
      const files = Object.fromEntries(Object.entries(THING_FILES).slice(0, count));
      await (await world.open('players', { files })).migrateAll();
    }
    const current = await upgraded({});

    const atOnce = await newTenant(world, [current]);

    expect(later.length).toBeGreaterThan(0);
    expect(await shapeOf(atOnce)).toHaveLength(8);
    expect(await shapeOf(atOnce)).toEqual(await shapeOf(oneByOne));
    expect(await current.pendingMigrations()).toBe(0);
  });

  test('a service that starts with pending migrations knows it until all tenants are migrated', async () => {
    const old = await upgraded({});
    const tenants = [await newTenant(world, [old]), await newTenant(world, [old]), await newTenant(world, [old])];
    const current = await upgraded({ 'migrations/0003-colour.sql': 'alter table "thing" add column "colour" text' });
    const progress: MigrationProgress[] = [];

    const pending = await current.pendingMigrations();
    const result = await current.migrateAll({ parallel: 2, onProgress: (one) => progress.push(one) });

    expect(pending).toBeGreaterThanOrEqual(3);
    expect(result).toMatchObject({ migrated: pending, failed: [] });
    expect(progress.map(({ done }) => done)).toEqual(progress.map((_, index) => index + 1));
    expect(progress.filter(({ applied }) => applied.includes('0003-colour.sql')).map(({ domainId }) => domainId)).toEqual(
      expect.arrayContaining(tenants),
    );
    expect(await current.pendingMigrations()).toBe(0);
    expect(await current.migrateAll()).toMatchObject({ migrated: 0, failed: [] });
    await world.query(`delete from "takaro_players"."migration" where "name" = '0003-colour.sql'`);
    for (const id of await current.domains()) await current.sql(id, 'alter table {schema}."thing" drop column "colour"');
  });

  test('a tenant whose migration fails is flagged and answers that it is unavailable; the rest goes on, and a repaired one comes back', async () => {
    const old = await upgraded({});
    const broken = await newTenant(world, [old]);
    const well = await newTenant(world, [old]);
    await old.sql(broken, `insert into {schema}."thing" ("id", "name", "amount") values (gen_random_uuid(), 'many', 100)`);
    const current = await upgraded({
      'migrations/0003-size.sql': 'alter table "thing" add column "size" integer',
      'migrations/0004-few.sql': 'alter table "thing" add constraint "thing_few_check" check ("amount" < 10)',
    });

    const result = await current.migrateAll();

    expect(result.failed.map(({ domainId }) => domainId)).toEqual([broken]);
    expect(await world.query(`select "state", "errorCode" from "takaro_players"."tenant" where "domainId" = $1`, [broken])).toEqual([
      { state: 'failed', errorCode: '23514' },
    ]);
    // One transaction: nothing of the newer files is there.
    expect(await shapeOf(broken)).toHaveLength(8);
    expect(await shapeOf(well)).toHaveLength(9);
    await expect(current.em(broken)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await current.pendingMigrations()).toBe(0);

    await world.query(`delete from "domain_${broken}"."thing"`);
    expect(await current.migrateAll()).toMatchObject({ migrated: 1, failed: [] });
    expect(await (await current.em(broken)).count(Thing)).toBe(0);
    expect(await shapeOf(broken)).toEqual(await shapeOf(well));
    await world.query(`delete from "takaro_players"."tenant"`);
  });

  test('a file that was edited after a tenant applied it is refused, by its name', async () => {
    const id = await newTenant(world, [await upgraded({})]);
    const edited = await upgraded({ 'migrations/0002-keep-secrets.sql': 'alter table "thing" add column "secrets" text' });

    await expect(ask(edited, 'provision-domain', id)).rejects.toThrow(/0002-keep-secrets\.sql was edited/);
    const { failed } = await edited.migrateAll();

    expect(failed).toMatchObject([{ domainId: id, error: { fault: 'MIGRATION_EDITED' } }]);
    await world.query(`delete from "takaro_players"."tenant"`);
  });

  test('a tenant that is newer than the code is refused, and a file that comes too late', async () => {
    const id = await newTenant(world, [await upgraded({ 'migrations/0004-newest.sql': 'alter table "thing" add column "newest" text' })]);

    await expect(ask(await upgraded({}), 'provision-domain', id)).rejects.toMatchObject({ fault: 'MIGRATION_UNKNOWN' });
    const late = await upgraded({
      'migrations/0003-late.sql': 'alter table "thing" add column "late" text',
      'migrations/0004-newest.sql': 'alter table "thing" add column "newest" text',
    });
    await expect(ask(late, 'provision-domain', id)).rejects.toMatchObject({ fault: 'MIGRATION_OUT_OF_ORDER' });
    await world.query(`delete from "takaro_players"."tenant"`);
  });

  test('the file at fault is named although all run as one', async () => {
    const current = await upgraded({
      'migrations/0003-umlaut.sql': '-- ümläut\nselect 1',
      'migrations/0004-wrong.sql': 'alter tabel "thing"',
    });

    await expect(newTenant(world, [current])).rejects.toThrow(/tables 0004-wrong\.sql failed for .*syntax error/);
  });

  test('several migrators at once apply each file once', async () => {
    const old = await upgraded({});
    const tenants = [await newTenant(world, [old]), await newTenant(world, [old])];
    const files = { 'migrations/0003-weight.sql': 'alter table "thing" add column "weight" integer' };
    const migrators = await Promise.all([upgraded(files), upgraded(files), upgraded(files)]);

    const results = await Promise.all(migrators.map((db) => db.migrateAll({ parallel: 3 })));

    expect(results.flatMap(({ failed }) => failed)).toEqual([]);
    expect(results.reduce((sum, { migrated }) => sum + migrated, 0)).toBe(tenants.length);
    await world.query(`delete from "takaro_players"."tenant"`);
  });

  test('a table that is in use holds a migration up, and does not fail it', async () => {
    const old = await upgraded({});
    const id = await newTenant(world, [old]);
    const current = await upgraded({ 'migrations/0003-length.sql': 'alter table "thing" add column "length" integer' });
    const { promise: inUse, resolve: letGo } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const reading = old.transaction(id, async (tx) => {
      await tx.sql('select from {schema}."thing"');
      begin();
      await inUse;
    });
    await begun;

    const migrating = current.migrateAll();
    const isWaiting = async (): Promise<boolean> =>
      (await world.query(`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`)).length > 0;
    await expect.poll(isWaiting).toBe(true);
    // Longer than the time after which a migration lets others pass.
    await expect.poll(isWaiting, { timeout: 10_000 }).toBe(false);
    letGo();

    expect(await migrating).toMatchObject({ migrated: 1, failed: [] });
    await reading;
    await world.query(`delete from "takaro_players"."tenant"`);
  });

  test('only a linked tenant gets the newer links', async () => {
    const old = await upgraded({});
    const linked = await newTenant(world, [old]);
    const current = await upgraded({ 'links/0001-check.sql': 'alter table "thing" add constraint "thing_linked" check (true)' });
    await world.query(`update "takaro_players"."tenant" set "linked" = false where "domainId" <> $1`, [linked]);

    expect(await current.pendingMigrations()).toBe(1);
    expect(await current.migrateAll({ phase: 'tables' })).toMatchObject({ migrated: 0 });
    expect(await current.migrateAll({ phase: 'links' })).toMatchObject({ migrated: 1 });
    expect(await current.pendingMigrations()).toBe(0);
  });

  test('the platform tables of a service are migrated when it opens, once for all its copies', async () => {
    const files = { 'platform/0001-seen.sql': 'create table "seen" ("id" uuid primary key)' };
    const folder = await world.folder(files);

    const copies = await Promise.all([1, 2, 3].map(() => world.open('events', { files: {}, folder })));

    await copies[0]!.platformSql('insert into {platform}."seen" values (gen_random_uuid())');
    expect(await copies[1]!.platformSql('select from {platform}."seen"')).toHaveLength(1);
    await writeFile(join(folder, 'platform/0001-seen.sql'), 'create table "seen" ("id" text primary key)');
    await expect(world.open('events', { files: {}, folder })).rejects.toMatchObject({ fault: 'MIGRATION_EDITED' });
  });

  test.each([
    [{ 'migrations/thing.sql': '' }, /NNNN-what-it-does/],
    [{ 'migrations/0001-a.sql': '', 'migrations/0001-b.sql': '' }, /same number/],
  ])('a folder that has no one order is refused', async (files, message) => {
    await expect(world.open('events', { files })).rejects.toThrow(message);
  });
});
