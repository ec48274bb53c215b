import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { TABLE_SERVICES, type ServiceName } from '@takaro/contracts/services';
import { prepareDatabase, quoteName, serviceRole } from '@takaro/tenant-db';
import { Client, escapeLiteral } from 'pg';
import { keptSecret, readIfThere, writeSecret } from '../local/files.ts';
import { codeOf, Problem } from '../local/problem.ts';

const DATABASE = 'takaro';
const OLDEST = 150_000;

export interface PreparePostgresOptions {
  /** URL of a role that may create roles and databases. If it names no database but `postgres`, the database `takaro` is made. */
  readonly adminUrl: string;
  /** Keeps the passwords of the services, one file each. */
  readonly passwordFolder: string;
}

/** The services that have a database, each with the URL of its own role. */
export type DatabaseUrls = Readonly<Partial<Record<ServiceName, string>>>;

const newPassword = (): string => randomBytes(24).toString('base64url');

const inDatabase = (url: string, database: string): string => {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.href;
};

/** The administrator's URL in the database of Takaro. */
export const inTakaro = (adminUrl: string): string => {
  const named = new URL(adminUrl).pathname.slice(1);
  return named === '' || named === 'postgres' ? inDatabase(adminUrl, DATABASE) : adminUrl;
};

const asRole = (url: string, role: string, password: string): string => {
  const changed = new URL(url);
  changed.username = role;
  changed.password = password;
  return changed.href;
};

const explain = (error: unknown, url: URL): Problem => {
  const place = `${url.hostname}:${url.port === '' ? '5432' : url.port}`;
  const code = codeOf(error);
  if (code === '28P01' || code === '28000') {
    return new Problem(
      `PostgreSQL at ${place} refused the user or password: correct --database-url, or the data folder's files under postgres.`,
      {
        cause: error,
      },
    );
  }
  if (code === '42501')
    return new Problem(`The user of --database-url may not create roles and databases: give one who may.`, { cause: error });
  return new Problem(`PostgreSQL at ${place} cannot be used (${code ?? String(error)}): check that it runs and --database-url is right.`, {
    cause: error,
  });
};

/** Makes the database unless it is there, sorted the same on every machine. Answers the administrator's URL in it. */
const makeDatabase = async (adminUrl: string): Promise<string> => {
  const named = decodeURIComponent(new URL(adminUrl).pathname.slice(1));
  const client = new Client({ connectionString: inDatabase(adminUrl, named === '' ? 'postgres' : named) });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: number }>(`select current_setting('server_version_num')::int as "version"`);
    if ((rows[0]?.version ?? 0) < OLDEST)
      throw new Problem('Takaro needs PostgreSQL 15 or newer: give another server with --database-url.');
    if (named !== '' && named !== 'postgres') return adminUrl;
    const known = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (known.rowCount === 0) {
      await client.query(
        `create database ${DATABASE} template template0 encoding 'UTF8' locale 'C' locale_provider icu icu_locale 'en-US'`,
      );
      await client.query(`revoke all on database ${DATABASE} from public`);
      await client.query(`grant connect, temporary on database ${DATABASE} to public`);
    }
    return inDatabase(adminUrl, DATABASE);
  } finally {
    await client.end();
  }
};

/** Where the password of each service's role is kept. */
export const passwordFiles = (folder: string): Readonly<Partial<Record<ServiceName, string>>> =>
  Object.fromEntries(TABLE_SERVICES.map((service) => [service, join(folder, `${service}.password`)]));

/** The database, the role and the platform schema of each service with tables. Safe to repeat. @throws Problem */
export const preparePostgres = async ({ adminUrl, passwordFolder }: PreparePostgresOptions): Promise<DatabaseUrls> => {
  const passwords = new Map<ServiceName, string>();
  for (const service of TABLE_SERVICES) {
    passwords.set(service, await keptSecret(passwordFiles(passwordFolder)[service] ?? '', newPassword));
  }
  const passwordOf = (service: ServiceName): string => passwords.get(service) ?? '';
  let url: URL;
  try {
    url = new URL(adminUrl);
  } catch (error) {
    throw new Problem('--database-url is no URL such as postgres://user:password@host:5432/postgres.', { cause: error });
  }
  try {
    const databaseUrl = await makeDatabase(adminUrl);
    await prepareDatabase(databaseUrl, passwordOf);
    return Object.fromEntries(TABLE_SERVICES.map((service) => [service, asRole(databaseUrl, serviceRole(service), passwordOf(service))]));
  } catch (error) {
    throw error instanceof Problem ? error : explain(error, url);
  }
};

/**
 * A new password for the role of a service. Connections that are there stay; new ones need the new one, which lies in the file a moment
 * before it counts.
 */
export const rotatePassword = async ({ adminUrl, passwordFolder }: PreparePostgresOptions, service: ServiceName): Promise<void> => {
  const path = passwordFiles(passwordFolder)[service];
  if (path === undefined) throw new Problem(`${service} has no tables and so no role.`);
  const before = await readIfThere(path);
  const password = newPassword();
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(`alter role ${quoteName(serviceRole(service))} password ${escapeLiteral(password)}`);
    await writeSecret(path, `${password}\n`);
    await client.query('commit');
  } catch (error) {
    if (before !== undefined) await writeSecret(path, before);
    throw error;
  } finally {
    await client.end();
  }
};

/** Ends the connections of a service's role: those that somebody made with an older password as well. The service makes new ones. */
export const endConnections = async (adminUrl: string, service: ServiceName): Promise<number> => {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [
      serviceRole(service),
    ]);
    return rowCount ?? 0;
  } finally {
    await client.end();
  }
};
