import { TABLE_SERVICES } from '@takaro/contracts/services';
import type { Client } from 'pg';
import { platformSchema, quoteName, serviceRole, TENANT_OWNER } from './names.ts';

const ROLES = TABLE_SERVICES.map((service) => quoteName(serviceRole(service))).join(', ');

/** Each service's list of the tenants that it has tables for. */
const LISTS = TABLE_SERVICES.map((service) => `'${platformSchema(service)}'`).join(', ');

const CHECK_ID = `
  if domain_id is null or domain_id !~ '^[a-z0-9][a-z0-9-]{0,47}$' then
    raise exception 'not the id of a domain' using errcode = '22023';
  end if;`;

/** They run with the rights of their owner, for whoever may call them: nothing that a caller can name is looked up on a path. */
const definer = (name: string, body: string): string => `
  create or replace function ${quoteName(TENANT_OWNER)}."${name}"(domain_id text) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
  declare platform text; known boolean;
  begin ${CHECK_ID} ${body}
  end $body$`;

const CREATE_TENANT = definer(
  'create_tenant',
  `
  execute format('create schema if not exists %I', 'domain_' || domain_id);
  execute format('grant usage, create on schema %I to ${ROLES}', 'domain_' || domain_id);`,
);

const DROP_TENANT = definer(
  'drop_tenant',
  `
  foreach platform in array array[${LISTS}] loop
    continue when to_regclass(format('%I."tenant"', platform)) is null;
    execute format('select exists (select from %I."tenant" where "domainId" = $1)', platform) into known using domain_id;
    if known then
      raise exception 'the domain is still known to %', platform using errcode = '55006';
    end if;
  end loop;
  execute format('drop schema if exists %I cascade', 'domain_' || domain_id);`,
);

/**
 * The role that owns the schemas of tenants and that nobody can be. Who owns a schema may drop whatever lies in it, so no service does:
 * tenancy may have one made, and dropped once every service has forgotten the domain. Schemas that tenancy made itself are taken over.
 */
export async function prepareTenantOwner(client: Client, database: string): Promise<void> {
  const owner = quoteName(TENANT_OWNER);
  const tenancy = quoteName(serviceRole('tenancy'));
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [TENANT_OWNER]);
  await client.query(
    `${rowCount === 0 ? 'create' : 'alter'} role ${owner} nologin nosuperuser nocreatedb nocreaterole noinherit password null`,
  );
  await client.query(`create schema if not exists ${owner} authorization ${owner}`);
  await client.query(`grant create on database ${database} to ${owner}`);
  await client.query(`revoke create on database ${database} from ${tenancy}`);
  for (const service of TABLE_SERVICES) await client.query(`grant usage on schema ${quoteName(platformSchema(service))} to ${owner}`);
  await client.query(CREATE_TENANT);
  await client.query(DROP_TENANT);
  for (const name of ['create_tenant', 'drop_tenant']) {
    await client.query(`alter function ${owner}."${name}"(text) owner to ${owner}`);
    await client.query(`revoke all on function ${owner}."${name}"(text) from public`);
    await client.query(`grant execute on function ${owner}."${name}"(text) to ${tenancy}`);
  }
  await client.query(`grant usage on schema ${owner} to ${tenancy}`);
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(nspname) as "name" from pg_namespace where nspname like 'domain\\_%' and nspowner = (select oid from pg_roles where rolname = $1)`,
    [serviceRole('tenancy')],
  );
  for (const { name } of rows) await client.query(`alter schema ${name} owner to ${owner}`);
}
