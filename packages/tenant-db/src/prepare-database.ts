import { TABLE_SERVICES, type ServiceName } from '@takaro/contracts/services';
import { Client, escapeLiteral } from 'pg';
import { EXTENSIONS_SCHEMA, platformSchema, quoteName, serviceRole } from './names.ts';
import { prepareTenantOwner } from './tenant-owner.ts';

/**
 * What an empty database needs before services open it, by a role that may create roles: for each service with tables a role
 * and a platform schema that the role owns; a role that owns the schemas of tenants; the extension that indexes substrings; `public`
 * is empty and revoked.
 * Safe to repeat: passwords are set anew.
 */
export async function prepareDatabase(adminUrl: string, passwordOf: (service: ServiceName) => string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(`select pg_advisory_xact_lock(hashtextextended('takaro/prepare', 0))`);
    for (const service of TABLE_SERVICES) {
      const role = quoteName(serviceRole(service));
      const { rowCount } = await client.query('select from pg_roles where rolname = $1', [serviceRole(service)]);
      const options = `login nosuperuser nocreatedb nocreaterole noinherit password ${escapeLiteral(passwordOf(service))}`;
      await client.query(`${rowCount === 0 ? 'create' : 'alter'} role ${role} ${options}`);
      await client.query(`create schema if not exists ${quoteName(platformSchema(service))} authorization ${role}`);
    }
    await client.query(`revoke all on schema public from public`);
    const { rows } = await client.query<{ name: string }>('select quote_ident(current_database()) as "name"');
    await client.query(`revoke create on database ${rows[0]?.name ?? ''} from public`);
    await prepareTenantOwner(client, rows[0]?.name ?? '');
    await prepareExtensions(client);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

/** pg_trgm comes with PostgreSQL and is trusted: who may create in the database may have it. One that lies elsewhere is moved. */
async function prepareExtensions(client: Client): Promise<void> {
  const schema = quoteName(EXTENSIONS_SCHEMA);
  await client.query(`create schema if not exists ${schema}`);
  await client.query(`create extension if not exists pg_trgm schema ${schema}`);
  const { rowCount } = await client.query(
    `select from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_trgm' and n.nspname = $1`,
    [EXTENSIONS_SCHEMA],
  );
  if (rowCount === 0) await client.query(`alter extension pg_trgm set schema ${schema}`);
  for (const service of TABLE_SERVICES) await client.query(`grant usage on schema ${schema} to ${quoteName(serviceRole(service))}`);
}
