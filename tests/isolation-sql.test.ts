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

const attempts = (service: ServiceName, { schema, name, column }: Table): string[] => {
  const table = `${quoteName(schema)}."${name}"`;
  // Tenancy owns the schemas of tenants, and who owns a schema may drop what lies in it: that is how a domain is removed.
  const mayDrop = service === 'tenancy' && schema.startsWith('domain_');
  return [
    `select * from ${table}`,
    `update ${table} set "${column}" = default`,
    `delete from ${table}`,
    `truncate ${table} cascade`,
    ...(mayDrop ? [] : [`drop table ${table} cascade`]),
  ];
};

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
        for (const text of attempts(service, table)) expect(await trial(client, text), text).toBe(DENIED);
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
      // Tenancy alone makes and drops the schemas of tenants.
      const allowed = service === 'tenancy' ? 'allowed' : DENIED;
      expect(await trial(client, 'create schema "domain_of-mine"')).toBe(allowed);
      expect(await trial(client, `drop schema ${quoteName(tenant)} cascade`)).toBe(allowed);
      expect(await trial(client, 'create role "somebody"')).toBe(DENIED);
      for (const other of TABLE_SERVICES.filter((one) => one !== service)) {
        expect(await trial(client, `set role ${quoteName(serviceRole(other))}`), other).toBe(DENIED);
      }
    } finally {
      await client.end();
    }
  });
});
