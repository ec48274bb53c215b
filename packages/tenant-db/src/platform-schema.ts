import { join } from 'node:path';
import type { Pool } from 'pg';
import { applyMigrations } from './apply-migrations.ts';
import { readMigrations } from './migration-files.ts';
import { PLATFORM_DOMAIN, quoteName } from './names.ts';
import { inTransaction } from './pg-transaction.ts';

const OWN_FOLDER = join(import.meta.dirname, '..');

/** The ledger comes first: everything else is a migration that it records. */
const ledgerSql = (platform: string): string => `
  create table if not exists ${quoteName(platform)}."migration" (
    "domainId" text not null,
    "phase" text not null check ("phase" in ('platform', 'tables', 'links')),
    "name" text not null,
    "checksum" text not null,
    "at" timestamptz(3) not null default now(),
    primary key ("domainId", "phase", "name")
  )`;

/** Makes the platform schema of a service and brings it to the newest version. Safe to repeat and to run in several processes. */
export async function preparePlatform(pool: Pool, platform: string, serviceFolder: string): Promise<void> {
  const own = await readMigrations(OWN_FOLDER, 'platform', 'tenant-db/');
  const ofService = await readMigrations(serviceFolder, 'platform', 'service/');
  await inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [platform]);
    const { rows } = await client.query<{ there: boolean }>('select to_regnamespace($1) is not null as "there"', [quoteName(platform)]);
    if (rows[0]?.there !== true) await client.query(`create schema ${quoteName(platform)}`);
    await client.query(ledgerSql(platform));
    // Two ledgers in one: each list of files is in order by itself.
    const target = { platform, schema: platform, phase: 'platform' } as const;
    await applyMigrations(client, { ...target, domainId: PLATFORM_DOMAIN }, own);
    await applyMigrations(client, { ...target, domainId: `${PLATFORM_DOMAIN}service` }, ofService);
  });
}
