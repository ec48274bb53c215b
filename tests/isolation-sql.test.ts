import { TABLE_SERVICES, type ServiceName } from '@takaro/contracts/services';
import { readSchemaModel } from '@takaro/infra/postgres/schema-model';
import { platformSchema, quoteName, serviceRole } from '@takaro/tenant-db';
import { worldTest } from '@takaro/testing/world-test';
import { Client } from 'pg';
import { describe, expect } from 'vitest';

/** `tenant` is the schema of one fresh domain for the file. */
const test = worldTest(async () => {}).extend<{ tenant: string }>({
  tenant: [async ({ world }, use) => use(await linkedSchema(world)), { scope: 'file' }],
});
import { linkedSchema } from './linked-domain.ts';

const DENIED = '42501';
const IN_USE = '55006';

const codeOf = (error: unknown): unknown => (typeof error === 'object' && error !== null && 'code' in error ? error.code : error);

/** The SQLSTATE of the refusal, or `allowed`. Nothing that is allowed stays: it is rolled back. */
const trial = async (client: Client, text: string): Promise<unknown> => {
  await client.query('begin');
  try {
    await client.query(text);
    return 'allowed';
  } catch (error) {
    return codeOf(error);
  } finally {
    await client.query('rollback');
  }
};

interface Table {
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  readonly column: string;
}

const attempts = ({ schema, name, column }: Table): string[] => {
  const table = `${quoteName(schema)}."${name}"`;
  return [
    `select * from ${table}`,
    `update ${table} set "${column}" = default`,
    `delete from ${table}`,
    `truncate ${table} cascade`,
    `drop table ${table} cascade`,
    `alter table ${table} owner to current_user`,
  ];
};

/** Which roles may let foreign keys of theirs refer to a column, or to any column, of somebody else's table. */
const MAY_REFER = `
  select pg_get_userbyid(g.grantee) || ' refers to ' || c.relname || '.' || a.attname as "grant"
  from pg_class c join pg_attribute a on a.attrelid = c.oid, aclexplode(a.attacl) g
  where c.relnamespace = to_regnamespace(quote_ident($1)) and g.privilege_type = 'REFERENCES'
  union all
  select pg_get_userbyid(g.grantee) || ' refers to ' || c.relname || '.*'
  from pg_class c, aclexplode(c.relacl) g
  where c.relnamespace = to_regnamespace(quote_ident($1)) and g.privilege_type = 'REFERENCES' and g.grantee <> c.relowner`;

const dropTenant = (schema: string): string => `select "takaro_tenants"."drop_tenant"('${schema.replace(/^domain_/, '')}')`;

const PAIRS = TABLE_SERVICES.flatMap((one) =>
  TABLE_SERVICES.filter((other) => other !== one).map((other): [ServiceName, ServiceName] => [one, other]),
);

describe('database roles', () => {
  test.for(PAIRS)('%s is refused every table of %s', async ([service, owner], { world, tenant }) => {
    const schemas = [tenant, platformSchema(owner)];
    const models = await Promise.all(schemas.map((schema) => readSchemaModel(world.adminSql, schema)));
    const tables = models
      .flatMap((model, index) =>
        model.map((table): Table => ({
          schema: schemas[index] ?? '',
          name: table.name,
          owner: table.owner,
          column: table.columns[0]?.name ?? '',
        })),
      )
      .filter((table) => table.owner === serviceRole(owner));
    const client = new Client({ connectionString: world.databaseUrl(service) });
    await client.connect();
    try {
      for (const table of tables) {
        for (const text of attempts(table)) expect(await trial(client, text), text).toBe(DENIED);
      }
    } finally {
      await client.end();
    }

    expect(tables.some(({ schema }) => schema === schemas[0])).toBe(true);
    expect(tables.some(({ schema }) => schema === schemas[1])).toBe(true);
  });

  test.for(TABLE_SERVICES)('%s may use its own tables: the control of the refusals', async (service, { world, tenant }) => {
    const model = await readSchemaModel(world.adminSql, tenant);
    const client = new Client({ connectionString: world.databaseUrl(service) });
    await client.connect();
    try {
      for (const { name } of model.filter(({ owner }) => owner === serviceRole(service))) {
        expect(await trial(client, `select * from ${quoteName(tenant)}."${name}"`), name).toBe('allowed');
      }
    } finally {
      await client.end();
    }
  });

  test.for(TABLE_SERVICES)('%s makes tables where it may and nowhere else', async (service, { world, tenant }) => {
    const client = new Client({ connectionString: world.databaseUrl(service) });
    await client.connect();
    try {
      const create = (schema: string): Promise<unknown> => trial(client, `create table ${quoteName(schema)}."made" ("id" uuid)`);

      expect(await create(tenant)).toBe('allowed');
      expect(await create(platformSchema(service))).toBe('allowed');
      expect(await create('public')).toBe(DENIED);
      for (const other of TABLE_SERVICES.filter((one) => one !== service)) expect(await create(platformSchema(other)), other).toBe(DENIED);
      // The schemas of tenants belong to a role that nobody can be; tenancy alone may have one made.
      expect(await trial(client, 'create schema "domain_of-mine"')).toBe(DENIED);
      expect(await trial(client, `drop schema ${quoteName(tenant)} cascade`)).toBe(DENIED);
      expect(await trial(client, `alter schema ${quoteName(tenant)} owner to current_user`)).toBe(DENIED);
      expect(await trial(client, 'set role "takaro_tenants"')).toBe(DENIED);
      const makes = `select "takaro_tenants"."create_tenant"('of-mine')`;
      expect(await trial(client, makes)).toBe(service === 'tenancy' ? 'allowed' : DENIED);
      expect(await trial(client, dropTenant(tenant)), 'a domain that services know').toBe(service === 'tenancy' ? IN_USE : DENIED);
      expect(await trial(client, 'create role "somebody"')).toBe(DENIED);
      for (const other of TABLE_SERVICES.filter((one) => one !== service)) {
        expect(await trial(client, `set role ${quoteName(serviceRole(other))}`), other).toBe(DENIED);
      }
    } finally {
      await client.end();
    }
  });

  test('a service may refer to the columns of others that its foreign keys refer to, and to no others', async ({ world, tenant }) => {
    const model = await readSchemaModel(world.adminSql, tenant);
    const needed = model.flatMap(({ owner, references }) =>
      references
        .filter(({ schema, table }) => schema === null && model.some((other) => other.name === table && other.owner !== owner))
        .flatMap(({ table, targetColumns }) => targetColumns.map((column) => `${owner} refers to ${table}.${column}`)),
    );

    const granted = await world.adminSql<{ grant: string }>(MAY_REFER, [tenant]);

    expect(granted.map(({ grant }) => grant).toSorted()).toEqual([...new Set(needed)].toSorted());
    expect(needed).toContain('takaro_players refers to role.id');
  });

  test('nobody but the one who may makes a schema, and text that is no id of a domain makes none', async ({ world }) => {
    const client = new Client({ connectionString: world.databaseUrl('tenancy') });
    await client.connect();
    try {
      for (const id of ['', '_', 'x"; drop schema public; --', 'UPPER', 'a.b', 'ü', 'x'.repeat(49), '-x', 'x\n', "x') --"]) {
        for (const name of ['create_tenant', 'drop_tenant']) {
          const asked = client.query(`select "takaro_tenants"."${name}"($1)`, [id]);
          await expect(asked, `${name} ${id}`).rejects.toMatchObject({ code: '22023' });
        }
      }
    } finally {
      await client.end();
    }
    const [found] = await world.adminSql<{ tables: number; rights: string | null }>(
      `select (select count(*)::int from pg_class where relnamespace = 'public'::regnamespace) as "tables",
         (select string_agg(grantee::regrole::text || ' ' || privilege_type, ', ') from pg_namespace, aclexplode(nspacl)
           where nspname = 'public' and grantee <> 0 and pg_get_userbyid(grantee) like 'takaro%') as "rights"`,
    );
    expect(found).toEqual({ tables: 0, rights: null });
  });
});
