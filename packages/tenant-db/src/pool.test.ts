import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onConstraint, onUnique, type TenantDb, type TenantDbOptions } from './index.ts';
import { Thing, THING_FILES } from './test-thing.ts';
import { holdTables, newTenant, openTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;

beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const open = (pool: TenantDbOptions['pool'] = {}): Promise<TenantDb> =>
  world.open('players', { files: THING_FILES, entities: [Thing], pool });

const backend = async (db: TenantDb, domainId: string): Promise<number> => {
  const [row] = await db.sql<{ pid: number }>(domainId, 'select pg_backend_pid() as "pid" from (select count(*) from {schema}."thing") t');
  return row!.pid;
};

describe('connections', () => {
  test('one is renewed after it has touched its number of tenants, not before', async () => {
    const db = await open({ connections: 1, tenantsPerConnection: 3 });
    const [one, two, three] = [await newTenant(world, [db]), await newTenant(world, [db]), await newTenant(world, [db])];
    const other = await open({ connections: 1, tenantsPerConnection: 3 });

    const pids = [];
    for (const tenant of [one, two, one, two, three, one]) pids.push(await backend(other, tenant));

    expect(new Set(pids.slice(0, 5)).size).toBe(1);
    expect(pids[5]).not.toBe(pids[0]);
  });

  test('one that prepared a statement before a migration answers it as it is after it', async () => {
    const db = await open({ connections: 1 });
    const id = await newTenant(world, [db]);
    const columns = async () => {
      await db.sql(id, 'select * from {schema}."thing"');
      const [row] = await db.sql<{ thing: object }>(
        id,
        'select t as "thing", t.* from (select 1) one left join {schema}."thing" t on true',
      );
      return Object.keys(row ?? {});
    };
    const before = await columns();

    await world.query(`alter table "domain_${id}"."thing" add column "added" text`);

    expect(await columns()).toEqual([...before, 'added']);
  });

  test('a statement is planned once a connection', async () => {
    const db = await open({ connections: 1 });
    const id = await newTenant(world, [db]);
    for (let time = 0; time < 3; time += 1) await db.sql(id, 'select "name" from {schema}."thing" where "id" = $1', [null]);

    const [row] = await db.sql<{ count: string }>(
      id,
      `select count(*) from pg_prepared_statements where "statement" like 'select "name" from "domain_${id}"."thing"%'`,
    );
    expect(row?.count).toBe('1');
  });

  test('one that is cut in the middle of a transaction does not keep its place', async () => {
    const db = await open({ connections: 1 });
    const id = await newTenant(world, [db]);
    const cut = db.transaction(id, async (tx) => {
      await tx.sql('insert into {schema}."thing" ("id", "name") values (gen_random_uuid(), \'cut\')');
      const [row] = await tx.sql<{ pid: number }>('select pg_backend_pid() as "pid"');
      await world.query('select pg_terminate_backend($1)', [row!.pid]);
      await tx.sql('select 1');
    });

    await expect(cut).rejects.toMatchObject({ code: 'UNAVAILABLE' });

    expect(await db.sql(id, 'select from {schema}."thing"')).toEqual([]);
    await db.transaction(id, (tx) => tx.sql('select 1'));
  });

  test('a tenant is lent the connection that knows it, several at once each theirs, and a new one the one that knows the fewest', async () => {
    const db = await open({ connections: 3 });
    const tenants = [await newTenant(world, [db]), await newTenant(world, [db]), await newTenant(world, [db])];
    const fresh = await open({ connections: 3 });
    const pids = await Promise.all(tenants.map((id) => backend(fresh, id)));
    expect(new Set(pids).size).toBe(3);

    for (const [index, id] of [...tenants, ...tenants].entries()) expect(await backend(fresh, id)).toBe(pids[index % 3]);
    for (let times = 0; times < 3; times += 1) {
      const turned = [...tenants.slice(times), ...tenants.slice(0, times)];
      expect(await Promise.all(turned.map((id) => backend(fresh, id)))).toEqual([...pids.slice(times), ...pids.slice(0, times)]);
    }
    const others = [];
    for (let count = 0; count < 3; count += 1) others.push(await backend(fresh, await newTenant(world, [db])));
    expect(new Set(others)).toEqual(new Set(pids));
  });

  test('a tenant whose connection is busy waits for it a moment, and takes another one when that is long', async () => {
    const db = await open({ connections: 3 });
    const [id, other] = [await newTenant(world, [db]), await newTenant(world, [db])];
    const fresh = await open({ connections: 3 });
    const [mine] = await Promise.all([backend(fresh, id), backend(fresh, other)]);
    const busyFor = (seconds: number) => fresh.sql(id, 'select pg_sleep($1) from (select count(*) from {schema}."thing") t', [seconds]);

    // What took longer than the moment, on a machine that does much besides, says nothing.
    for (let within = 0; within < 20;) {
      const begun = performance.now();
      const lent = await Promise.all([backend(fresh, id), backend(fresh, id)]);
      if (performance.now() - begun >= 25) continue;
      within += 1;
      expect(lent).toEqual([mine, mine]);
    }
    const [, pid] = await Promise.all([busyFor(2), backend(fresh, id)]);
    expect(pid).not.toBe(mine);
  });

  test('one tenant whose tables are held leaves connections to the others, and loses nothing by it', async () => {
    const db = await open({ connections: 4, ofOneTenant: 2 });
    const [held, other] = [await newTenant(world, [db]), await newTenant(world, [db])];
    await using lock = await holdTables(world, [`"domain_${held}"."thing"`]);
    const write = (name: string) =>
      db.transaction(held, (tx) => tx.sql('insert into {schema}."thing" ("id", "name") values (gen_random_uuid(), $1)', [name]));
    let done = 0;
    const waiting = Array.from({ length: 12 }, async (_, index) => {
      await write(`thing ${index}`);
      done += 1;
    });
    await expect.poll(() => lock.waiting()).toBe(2);

    await Promise.all(Array.from({ length: 12 }, () => db.sql(other, 'select from {schema}."thing"')));

    expect(done).toBe(0);
    await lock.release();
    await Promise.all(waiting);
    expect(await db.sql(held, 'select from {schema}."thing"')).toHaveLength(12);
  });

  test('who holds a connection of a tenant gets another one of it', async () => {
    const db = await open({ connections: 4, ofOneTenant: 1 });
    const id = await newTenant(world, [db]);

    const [row] = await db.transaction(id, () => db.sql<{ one: number }>(id, 'select 1 as "one"'));

    expect(row).toEqual({ one: 1 });
  });

  test('a statement that takes too long is ended', async () => {
    const db = await open({ statementTimeoutMs: 50 });
    const id = await newTenant(world, [db]);

    await expect(db.sql(id, 'select pg_sleep(5)')).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await expect(db.transaction(id, (tx) => tx.sql('select pg_sleep(5)'))).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });

  test('a transaction is one connection for entities and SQL, and flushes at its end', async () => {
    const db = await open();
    const id = await newTenant(world, [db]);

    await db.transaction(id, async (tx) => {
      const thing = tx.em.create(Thing, { name: 'mine', amount: 1 });
      await tx.em.flush();
      await tx.sql('update {schema}."thing" set "amount" = $1', [2]);
      await tx.em.refresh(thing);
      thing.name = `${thing.name} ${thing.amount}`;
    });

    expect(await db.sql(id, 'select "name", "amount" from {schema}."thing"')).toEqual([{ name: 'mine 2', amount: 2 }]);
  });

  test('violated constraints become codes of the contract, others stay as they are', async () => {
    const db = await open();
    const id = await newTenant(world, [db]);
    const insert = (name: string, amount = 0) => db.transaction(id, async (tx) => void tx.em.create(Thing, { name, amount }));
    await insert('taken');

    await expect(insert('taken').catch(onUnique('thing_name_key', 'PLAYER_NOT_FOUND'))).rejects.toMatchObject({ code: 'PLAYER_NOT_FOUND' });
    await expect(insert('taken').catch(onUnique('other_key', 'PLAYER_NOT_FOUND'))).rejects.toMatchObject({ code: '23505' });
    await expect(insert('x', -1).catch(onConstraint('thing_amount_check', 'PLAYER_NOT_FOUND'))).rejects.toMatchObject({
      code: 'PLAYER_NOT_FOUND',
    });
    const bySql = db.sql(id, `insert into {schema}."thing" ("id", "name") values (gen_random_uuid(), 'taken')`);
    await expect(bySql.catch(onUnique('thing_name_key', 'PLAYER_NOT_FOUND'))).rejects.toMatchObject({ code: 'PLAYER_NOT_FOUND' });
  });
});
