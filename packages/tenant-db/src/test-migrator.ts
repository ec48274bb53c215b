import { pino } from 'pino';
import { openTenantDb } from './index.ts';

// A migrator as a process of its own, that is killed when so many tenants are done: by itself, since to whoever hears of the
// progress over a pipe it may be over by then.
const [databaseUrl = '', folder = '', tenants = ''] = process.argv.slice(2);
await using db = await openTenantDb({ service: 'players', databaseUrl, entities: [], folder, log: pino({ level: 'silent' }) });
let done = 0;
await db.migrateAll({
  parallel: 2,
  onProgress: () => {
    done += 1;
    if (done === Number(tenants)) process.kill(process.pid, 'SIGKILL');
  },
});
