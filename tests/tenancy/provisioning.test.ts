import type { Bus } from '@takaro/bus';
import { TABLE_SERVICES } from '@takaro/contracts/services';
import { createDomain, deleteDomain, getDomain, searchDomains } from '@takaro/contracts/tenancy/domains';
import { exchangeSession } from '@takaro/contracts/tenancy/internal';
import { login } from '@takaro/contracts/tenancy/users';
import { startTenancyProcess } from '@takaro/tenancy/service';
import { openWorld, type World } from '@takaro/testing/world';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type NeighboursWithTables, neighboursWithTables } from './neighbours-with-tables.ts';

let world: World;
let gateway: Bus;
let others: NeighboursWithTables;

beforeAll(async () => {
  world = await openWorld();
  others = await neighboursWithTables(world);
  gateway = await world.busFor('gateway');
});
beforeEach(() => others.heal());
afterAll(async () => {
  await others[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const tenancy = (): Promise<AsyncDisposable> => world.start('tenancy', startTenancyProcess);

const create = async (externalReference: string, timeoutMs?: number) =>
  gateway.call(createDomain, { name: 'Otters', externalReference }, { token: await world.tokens.admin(), ...(timeoutMs && { timeoutMs }) });

const visible = async (externalReference: string) =>
  (await gateway.call(searchDomains, { filters: { externalReference: [externalReference] } }, { token: await world.tokens.admin() }))
    .rows[0];

const registered = async (externalReference: string) => {
  const [row] = await world.adminSql<{ id: string; provisioningStep: string }>(
    'SELECT "id", "provisioningStep" FROM takaro_tenancy."domain" WHERE "externalReference" = $1',
    [externalReference],
  );
  return row;
};

/** What is left of a domain anywhere in the database but in the audit log and in what is still to be told: rows that name it, and its schema. */
async function traces(id: string): Promise<string[]> {
  const schemas = await world.adminSql<{ name: string }>('SELECT nspname AS "name" FROM pg_namespace WHERE nspname = $1', [`domain_${id}`]);
  const columns = await world.adminSql<{ table: string; column: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS "table", quote_ident(column_name) AS "column"
       FROM information_schema.columns
      WHERE table_schema LIKE 'takaro\\_%' AND column_name IN ('domainId', 'domainIds', 'id', 'email') AND table_name NOT IN ('outbox', 'auditEntry')`,
  );
  const found: string[] = schemas.map(({ name }) => name);
  for (const { table, column } of columns) {
    const rows = await world.adminSql(`SELECT FROM ${table} WHERE trim(${column}::text, '{}"') IN ($1, $2) LIMIT 1`, [
      id,
      `root@${id}.com`,
    ]);
    if (rows.length > 0) found.push(`${table}.${column}`);
  }
  return found;
}

async function expectWhole(id: string): Promise<void> {
  const tables = await world.adminSql<{ name: string }>('SELECT tablename AS "name" FROM pg_tables WHERE schemaname = $1', [
    `domain_${id}`,
  ]);
  expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['settings', 'role', 'user', 'permission']));
  const [counts] = await world.adminSql(
    `SELECT (SELECT count(*)::int FROM "domain_${id}"."role") AS "roles", (SELECT count(*)::int FROM "domain_${id}"."settings") AS "settings",
            (SELECT count(*)::int FROM "domain_${id}"."permission") AS "permissions", (SELECT count(*)::int FROM "domain_${id}"."user") AS "users"`,
  );
  expect(counts).toEqual({ roles: 5, settings: 1, permissions: 24, users: 1 });
}

/** It may also be the bus that says so, where the machine is slow. */
const NOT_NOW = { code: expect.stringMatching(/^(UNAVAILABLE|DEADLINE_EXCEEDED)$/) };

/** Every service once so that its answer is lost, and one of them so that it did nothing. */
const WAYS_IN = (['provision-domain', 'link-domain'] as const).flatMap((operation) => [
  ...TABLE_SERVICES.filter((service) => service !== 'tenancy').map((service) => ({ service, operation, when: 'after' as const })),
  { service: 'players', operation, when: 'before' as const },
]);

describe('a domain whose provisioning is cut off', () => {
  test.each(WAYS_IN)('$when $operation of $service is not seen, and finished by the next start', async ({ service, operation, when }) => {
    const reference = `${service}-${operation}-${when}`;
    others.fail(service, operation, when);
    {
      await using _first = await tenancy();
      await expect(create(reference, 900)).rejects.toMatchObject(NOT_NOW);
      expect(await visible(reference)).toBeUndefined();
      const provisioningStep = operation === 'provision-domain' ? 'SCHEMA' : 'TABLES';
      await expect.poll(() => registered(reference), { timeout: 20_000 }).toMatchObject({ provisioningStep });
      await expect(create(reference)).rejects.toMatchObject({ code: 'EXTERNAL_REFERENCE_TAKEN' });
    }

    others.heal();
    await using _second = await tenancy();

    await expect.poll(() => visible(reference), { timeout: 20_000 }).toMatchObject({ state: 'ACTIVE' });
    await expectWhole((await registered(reference))?.id ?? '');
  });

  test.each(['REGISTERED', 'SCHEMA', 'TABLES', 'LINKS'])('with its process at the step %s is finished by the next start', async (step) => {
    const reference = `killed-at-${step}`;
    let id = '';
    {
      await using _first = await tenancy();
      ({ id } = (await create(reference)).createdDomain);
    }
    // As a process leaves it that is killed after it reached the step, or after it did the next one and before it noted it.
    for (const table of ['userRole', 'user', 'rolePermission', 'role', 'permission', 'settings']) {
      await world.adminSql(`DELETE FROM "domain_${id}"."${table}"`);
    }
    await world.adminSql('UPDATE takaro_tenancy."domain" SET "provisioningStep" = $2 WHERE "id" = $1', [id, step]);

    await using _second = await tenancy();

    await expect.poll(() => visible(reference), { timeout: 20_000 }).toMatchObject({ id, state: 'ACTIVE' });
    await expectWhole(id);
  });

  test('is finished without a restart once the neighbour is back, and the password that was answered holds', async () => {
    await using _copy = await tenancy();
    others.fail('players', 'link-domain', 'before');
    const creating = create('back-in-time');
    await expect.poll(() => registered('back-in-time'), { timeout: 20_000 }).toMatchObject({ provisioningStep: 'TABLES' });

    others.heal();

    const { createdDomain, rootUser, password } = await creating;
    const { token: session } = await gateway.call(login, { username: rootUser.email, password });
    expect(await gateway.call(exchangeSession, { session })).toMatchObject({ domainId: createdDomain.id });
  });

  test('and that two copies find at their start has its steps done by one of them', async () => {
    const ids: string[] = [];
    {
      await using _first = await tenancy();
      others.fail('players', 'provision-domain', 'before');
      for (const reference of ['two-copies-1', 'two-copies-2', 'two-copies-3']) {
        await expect(create(reference, 900)).rejects.toMatchObject(NOT_NOW);
        await expect.poll(() => registered(reference), { timeout: 20_000 }).toMatchObject({ provisioningStep: 'SCHEMA' });
        ids.push((await registered(reference))?.id ?? '');
      }
    }
    others.heal();
    const before = others.asked.length;

    await using copies = new AsyncDisposableStack();
    for (const copy of await Promise.all([tenancy(), tenancy(), tenancy()])) copies.use(copy);

    for (const [index, id] of ids.entries()) {
      await expect.poll(() => visible(`two-copies-${index + 1}`), { timeout: 20_000 }).toMatchObject({ id });
      await expectWhole(id);
      expect(others.asked.slice(before).filter((one) => one === `players provision-domain ${id}`)).toHaveLength(1);
    }
  });
});

describe('a domain that is deleted for good', () => {
  const remove = async (id: string, timeoutMs?: number) =>
    gateway.call(deleteDomain, { id, hardDelete: true }, { token: await world.tokens.admin(), ...(timeoutMs && { timeoutMs }) });

  test('leaves nothing behind, and its sessions open nothing', async () => {
    await using _copy = await tenancy();
    const { createdDomain, rootUser, password } = await create('to-be-gone');
    const { token: session } = await gateway.call(login, { username: rootUser.email, password });
    expect(await traces(createdDomain.id)).not.toEqual([]);

    await remove(createdDomain.id);

    expect(await traces(createdDomain.id)).toEqual([]);
    await expect(gateway.call(exchangeSession, { session })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(gateway.call(login, { username: rootUser.email, password })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(remove(createdDomain.id)).rejects.toMatchObject({ code: 'DOMAIN_NOT_FOUND' });
    expect(await create('to-be-gone')).toMatchObject({ createdDomain: { state: 'ACTIVE' } });
  });

  test.each(['before', 'after'] as const)('while a neighbour fails %s it forgot it is gone after the next start', async (when) => {
    let id = '';
    others.fail('modules', 'remove-domain', when);
    {
      await using _first = await tenancy();
      ({ id } = (await create(`removal-${when}`)).createdDomain);
      await expect(remove(id, 900)).rejects.toMatchObject(NOT_NOW);
      await expect(gateway.call(getDomain, { id }, { token: await world.tokens.admin() })).rejects.toMatchObject({
        code: 'DOMAIN_NOT_FOUND',
      });
    }

    others.heal();
    await using _second = await tenancy();

    await expect.poll(() => traces(id), { timeout: 20_000 }).toEqual([]);
  });

  test('after its schema was dropped and before its row went is gone after the next start', async () => {
    let id = '';
    {
      await using _first = await tenancy();
      ({ id } = (await create('removal-late')).createdDomain);
    }
    await world.adminSql(`DROP SCHEMA "domain_${id}" CASCADE`);
    await world.adminSql(`UPDATE takaro_tenancy."domain" SET "provisioningStep" = 'FORGOTTEN' WHERE "id" = $1`, [id]);
    for (const service of TABLE_SERVICES) {
      for (const table of ['tenant', 'migration', 'due'])
        await world.adminSql(`DELETE FROM takaro_${service}."${table}" WHERE "domainId" = $1`, [id]);
    }

    await using _second = await tenancy();

    await expect.poll(() => traces(id), { timeout: 20_000 }).toEqual([]);
  });

  test('takes away one whose provisioning does not come to an end', async () => {
    await using _copy = await tenancy();
    others.fail('events', 'provision-domain', 'before');
    await expect(create('never-ends', 3_000)).rejects.toMatchObject(NOT_NOW);
    // Who asks may have given up before it is.
    await expect.poll(() => registered('never-ends'), { timeout: 20_000 }).toBeDefined();
    const { id = '' } = (await registered('never-ends')) ?? {};

    await remove(id);

    expect(await traces(id)).toEqual([]);
  });

  test('keeps the identity of a person who is in another domain too', async () => {
    await using _copy = await tenancy();
    const { createdDomain: going } = await create('going');
    const { createdDomain: staying, rootUser } = await create('staying');
    await world.adminSql(
      `INSERT INTO takaro_tenancy."membership" ("identityId", "domainId", "userId") VALUES ($1, $2, gen_random_uuid())`,
      [rootUser.idpId, going.id],
    );

    await remove(going.id);

    expect(await traces(staying.id)).toContain('takaro_tenancy.identity.email');
  });
});
