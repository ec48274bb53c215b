import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TABLE_SERVICES } from '@takaro/contracts/services';
import { openTenantDb, type TenantDb } from '@takaro/tenant-db';
import { pino } from 'pino';
import type { DatabaseUrls } from '../postgres/roles.ts';
import { Problem } from './problem.ts';
import { ROOT } from './run-tool.ts';

const PHASES = ['tables', 'links'] as const;

/** Brings every tenant to the newest version: first the tables of all services, then what links them. @throws Problem */
export const migrateTenants = async (urls: DatabaseUrls, log: (line: string) => void): Promise<void> => {
  await using open = new AsyncDisposableStack();
  const databases = new Map<string, TenantDb>();
  for (const service of TABLE_SERVICES) {
    const folder = join(ROOT, 'services', service);
    const databaseUrl = urls[service];
    if (databaseUrl === undefined || !existsSync(folder)) continue;
    const quiet = pino({ level: 'silent' });
    databases.set(
      service,
      open.use(await openTenantDb({ service, databaseUrl, entities: [], folder, log: quiet, pool: { connections: 4 } })),
    );
  }
  for (const phase of PHASES) {
    for (const [service, database] of databases) {
      const { migrated, failed } = await database.migrateAll({ phase });
      if (migrated > 0) log(`${service}: ${migrated} domains brought to the newest ${phase}`);
      for (const { domainId, error } of failed)
        log(`${service}: ${domainId} could not be brought to the newest ${phase}: ${error.message}`);
      if (failed.length > 0) throw new Problem(`The tables of ${failed.length} domains could not be migrated: the lines above say why.`);
    }
  }
};
