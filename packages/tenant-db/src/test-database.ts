import { randomUUID } from 'node:crypto';
import type { ServiceName } from '@takaro/contracts/services';
import { Client } from 'pg';
import { inject } from 'vitest';

export interface TestDatabase extends AsyncDisposable {
  readonly adminUrl: string;
  urlOf(service: ServiceName): string;
}

/** A database of its own on the server of the run, with the roles and platform schemas that `prepareDatabase` made. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const { postgresUrl, databaseUrls } = inject('servers');
  const template = new URL(databaseUrls.tenancy ?? '').pathname.slice(1);
  const name = `tenants_${randomUUID().replaceAll('-', '')}`;
  const asAdmin = async (text: string): Promise<void> => {
    const client = new Client({ connectionString: postgresUrl });
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  };
  await asAdmin(`create database ${name} template ${template}`);
  // Rights on the database itself are not copied with it.
  await asAdmin(`grant create on database ${name} to takaro_tenants`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return {
    adminUrl: url.href,
    urlOf: (service) => {
      const changed = new URL(databaseUrls[service] ?? '');
      changed.pathname = url.pathname;
      return changed.href;
    },
    [Symbol.asyncDispose]: () => asAdmin(`drop database ${name} with (force)`),
  };
}
