import { newId } from '@takaro/contracts/ids';
import { dataModelDocument } from '@takaro/infra/postgres/er-diagram';
import { readSchemaModel, type TableModel } from '@takaro/infra/postgres/schema-model';
import { serviceRole } from '@takaro/tenant-db';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import { BESIDES, DATA_MODEL } from './expected-data-model.ts';
import { linkedSchema } from './linked-domain.ts';

/** `schema` is that of one fresh tenant for the file, `model` what stands in it. */
const test = worldTest(async () => {}).extend<{ schema: string; model: readonly TableModel[] }>({
  schema: [async ({ world }, use) => use(await linkedSchema(world)), { scope: 'file' }],
  model: [async ({ world, schema }, use) => use(await readSchemaModel(world.adminSql, schema)), { scope: 'file' }],
});

const tableIn = (model: readonly TableModel[], name: string): TableModel => {
  const table = model.find((one) => one.name === name);
  if (!table) throw new Error(`${name} is missing`);
  return table;
};

const sorted = (keys: readonly (readonly string[])[]): string[] => keys.map((columns) => columns.toSorted().join(', ')).toSorted();

describe('the data model', () => {
  test('a fresh tenant has the tables of the data model, each owned by its service, and no others', ({ model }) => {
    const owners = Object.fromEntries(model.map(({ name, owner }) => [name, owner]));

    const expected = Object.entries(DATA_MODEL).map(([name, { owner }]) => [name, serviceRole(owner)]);
    const besides = Object.entries(BESIDES).map(([name, owner]) => [name, serviceRole(owner)]);
    expect(owners).toEqual(Object.fromEntries([...expected, ...besides]));
  });

  test.for(Object.entries(DATA_MODEL))('%s has its columns, keys and foreign keys', ([name, expected], { model }) => {
    const table = tableIn(model, name);

    const columns = table.columns.map((column) => column.name);
    expect(columns).toEqual(expect.arrayContaining([...expected.columns]));
    expect(sorted([table.primaryKey, ...table.uniqueKeys])).toEqual(expect.arrayContaining(sorted(expected.unique ?? [])));
    for (const [column, target] of Object.entries(expected.references ?? {})) {
      const targets = table.references
        .filter((reference) => reference.columns.includes(column))
        .map((reference) => (reference.schema === null ? reference.table : `${reference.schema}.${reference.table}`));
      expect(targets, `${name}.${column}`).toContain(target);
    }
  });

  test('every table says when a row was made and changed', ({ model }) => {
    const lacking = model.filter(
      ({ columns }) => !['createdAt', 'updatedAt'].every((name) => columns.some((column) => column.name === name)),
    );

    expect(lacking.map(({ name }) => name)).toEqual([]);
  });

  test('every id is a UUID and the primary key', ({ model }) => {
    for (const table of model) {
      const id = table.columns.find(({ name }) => name === 'id');
      if (id === undefined) continue;
      expect({ table: table.name, type: id.type, primaryKey: table.primaryKey }).toEqual({
        table: table.name,
        type: 'uuid',
        primaryKey: ['id'],
      });
    }
  });

  test('every instant has a time zone', ({ model }) => {
    const instants = model.flatMap((table) => table.columns.filter(({ type }) => /^(timestamp|date|time)/.test(type)));

    expect(instants.filter(({ type }) => !type.startsWith('timestamptz'))).toEqual([]);
    expect(instants.length).toBeGreaterThan(40);
  });

  test('settings inherit: every key is a text that may be missing, in the same order', ({ model }) => {
    const keysOf = (name: string) =>
      tableIn(model, name).columns.filter((column) => DATA_MODEL['settings']?.columns.includes(column.name) && column.name !== 'id');

    const ofDomain = keysOf('settings');
    expect(ofDomain.map(({ name }) => name)).toEqual(DATA_MODEL['settings']?.columns.slice(1));
    expect(ofDomain.every(({ type, nullable }) => type === 'text' && nullable)).toBe(true);
    expect(keysOf('gameServerSettings')).toEqual(ofDomain);
  });

  test('a domain and an identity stand above the tenants', async ({ world }) => {
    const model = await readSchemaModel(world.adminSql, 'takaro_tenancy');

    const domain = tableIn(model, 'domain');
    expect(domain.columns.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['id', 'name', 'state', 'provisioningStep', 'cell', 'externalReference', 'createdAt', 'updatedAt']),
    );
    expect(sorted(domain.uniqueKeys)).toContain('externalReference');
    const identity = tableIn(model, 'identity');
    expect(identity.columns.map(({ name }) => name)).toEqual(expect.arrayContaining(['id', 'email', 'passwordSalt']));
    expect(sorted(identity.uniqueKeys)).toContain('email');
    const membership = tableIn(model, 'membership');
    expect(membership.columns.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['identityId', 'domainId', 'userId', 'passwordHash']),
    );
  });

  test('an assignment belongs to exactly one of a cron job, a hook and a command', async ({ world, schema }) => {
    const assign = (columns: Readonly<Record<string, string>>): Promise<unknown> => {
      const names = ['id', 'functionId', ...Object.keys(columns)].map((name) => `"${name}"`).join(', ');
      const values = [newId(), newId(), ...Object.values(columns)].map((id) => `'${id}'`).join(', ');
      // One implicit transaction; without the foreign keys only the check is left to refuse.
      return world.adminSql(
        `set local session_replication_role = replica;
         insert into "${schema}"."functionAssignment" (${names}) values (${values})`,
      );
    };

    await expect(assign({})).rejects.toMatchObject({ code: '23514' });
    await expect(assign({ hook: newId(), command: newId() })).rejects.toMatchObject({ code: '23514' });
    for (const column of ['hook', 'command', 'cronJob']) await assign({ [column]: newId() });
  });

  test('currency is never below zero', async ({ world, schema }) => {
    const rows = await world.adminSql<{ definition: string }>(
      `select pg_get_constraintdef(oid) as "definition" from pg_constraint
       where conrelid = format('%I."playerOnGameServer"', $1::text)::regclass and contype = 'c'`,
      [schema],
    );

    expect(rows.map(({ definition }) => definition)).toContain('CHECK ((currency >= 0))');
  });

  test('docs/data-model.md shows the tables as they are (npm run docs writes it)', async ({ model }) => {
    await expect(dataModelDocument(model)).toMatchFileSnapshot('../docs/data-model.md');
  });
});
