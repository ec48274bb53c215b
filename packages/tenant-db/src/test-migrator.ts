import { pino } from 'pino';
import { openTenantDb } from './index.ts';

// A migrator as a process of its own, so that a test can end it in the middle: prints a line for each tenant that is done.
const [databaseUrl = '', folder = ''] = process.argv.slice(2);
await using db = await openTenantDb({ service: 'players', databaseUrl, entities: [], folder, log: pino({ level: 'silent' }) });
const { failed } = await db.migrateAll({ parallel: 2, onProgress: ({ domainId }) => void process.stdout.write(`${domainId}\n`) });
process.exitCode = failed.length === 0 ? 0 : 1;
