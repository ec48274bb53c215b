import { randomUUID } from 'node:crypto';
import type { ServiceName } from '@takaro/contracts/services';
import { TENANT_OWNER } from '@takaro/tenant-db';
import { Pool, type QueryResultRow } from 'pg';
import type { Servers } from './servers.ts';
import { databaseOf, inDatabase, withClient } from './sql.ts';

/** A query as the superuser, who sees all schemas. */
export type AdminSql = <Row extends QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

export interface WorldDatabase extends AsyncDisposable {
  readonly sql: AdminSql;
  /** The superuser's. */
  readonly adminUrl: string;
  /** With the role of the service. */
  urlOf(service: ServiceName): string;
}

/** A database of its own: a copy of what `preparePostgres` made, with the rights on the database itself, which are not copied. */
export async function openWorldDatabase({ postgresUrl, databaseUrls }: Servers): Promise<WorldDatabase> {
  const name = `world_${randomUUID().replaceAll('-', '')}`;
  await withClient(postgresUrl, async (client) => {
    await client.query(`create database ${name} template ${databaseOf(databaseUrls.tenancy ?? '')}`);
    await client.query(`revoke create on database ${name} from public`);
    await client.query(`grant create on database ${name} to ${TENANT_OWNER}`);
  });
  const url = inDatabase(postgresUrl, name);
  const pool = new Pool({ connectionString: url, max: 4 });
  // The database is dropped by force at the end: a connection that is just closing is told so, and nobody needs to know.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', () => undefined);
  return {
    adminUrl: url,
    sql: async (text, values = []) => (await pool.query(text, [...values])).rows,
    urlOf: (service) => {
      const prepared = databaseUrls[service];
      if (!prepared) throw new Error(`${service} has no database`);
      return inDatabase(prepared, name);
    },
    [Symbol.asyncDispose]: async () => {
      await pool.end();
      await withClient(postgresUrl, (client) => client.query(`drop database ${name} with (force)`));
    },
  };
}
