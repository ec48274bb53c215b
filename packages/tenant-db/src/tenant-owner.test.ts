import { Client } from 'pg';
import { expect, test } from 'vitest';
import { prepareDatabase } from './index.ts';
import { openTestDatabase } from './test-database.ts';

test('a database in which tenancy made the schemas itself is brought to the role that owns them', async () => {
  await using database = await openTestDatabase();
  const client = new Client({ connectionString: database.adminUrl });
  await client.connect();
  const name = new URL(database.adminUrl).pathname.slice(1);
  await client.query(`create schema "domain_old-one" authorization takaro_tenancy; grant create on database ${name} to takaro_tenancy`);

  await prepareDatabase(database.adminUrl, (service) => new URL(database.urlOf(service)).password);

  const { rows } = await client.query(
    `select pg_get_userbyid(nspowner) as "owner", has_database_privilege('takaro_tenancy', current_database(), 'create') as "mayCreate"
       from pg_namespace where nspname = 'domain_old-one'`,
  );
  await client.end();
  expect(rows).toEqual([{ owner: 'takaro_tenants', mayCreate: false }]);
});
