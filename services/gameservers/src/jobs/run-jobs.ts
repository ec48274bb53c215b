import type { RequestContract } from '@takaro/contracts/contract';
import { ServiceError } from '@takaro/contracts/errors';
import { cleanEvents } from '@takaro/contracts/events/internal';
import type { DomainJob, SyncJob } from '@takaro/contracts/gameservers/jobs';
import { cleanVariables, ensureCronJobs } from '@takaro/contracts/modules/internal';
import { startTicker } from '@takaro/process';
import { syncBans } from '../bans/sync-bans.ts';
import { syncEntities, syncItems } from '../catalogue/sync-catalogue.ts';
import type { Parts } from '../parts.ts';
import { beginJob, endJob, type Job, JOB } from './jobs.repository.ts';
import { queueSync, SYNC } from './schedule-sync.ts';

const EVERY_MS = 500;
/** Game servers that are due at the same time; their jobs are only queued. */
const SYNCS_AT_ONCE = 50;
/** Jobs beside one another: a game that does not answer takes its time. */
const JOBS_AT_ONCE = 20;

/** Queues what is read of games hourly, and runs the jobs that are queued, whoever queued them. */
export const startJobs = (parts: Parts): AsyncDisposable =>
  startTicker({
    name: 'jobs',
    everyMs: EVERY_MS,
    log: parts.context.log,
    tick: async () => {
      const now = new Date(parts.context.clock.now());
      await parts.db.takeDue({ kind: SYNC, now, limit: SYNCS_AT_ONCE }, (item, tx) => queueSync(tx, item, now));
      await parts.db.takeDueTogether({ kind: JOB, now, limit: JOBS_AT_ONCE }, async ({ domainId, key }) => {
        await run(parts, domainId, key);
        return null;
      });
    },
  });

async function run(parts: Parts, domainId: string, jobId: string): Promise<void> {
  const sql = <Row>(text: string, values?: readonly unknown[]): Promise<Row[]> => parts.db.sql<Row>(domainId, text, values);
  const job = await beginJob(sql, jobId);
  if (!job) return;
  await endJob(sql, jobId, await failureOf(parts, domainId, job));
}

/** Null: it went well. @throws ServiceError UNAVAILABLE when it has to be tried again, since no game is to blame */
async function failureOf(parts: Parts, domainId: string, job: Job): Promise<string | null> {
  try {
    await WORK[job.type](parts, domainId, job.gameServerId ?? '');
    return null;
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'UNAVAILABLE') throw error;
    if (error instanceof ServiceError) return error.message;
    parts.context.log.error({ domainId, jobId: job.id, type: job.type, err: error });
    return 'Internal error';
  }
}

const askOwner = async ({ context: { bus } }: Parts, domainId: string, contract: RequestContract<object, unknown>): Promise<void> =>
  void (await bus.call(contract, {}, { domainId, token: await bus.serviceToken(domainId) }));

const WORK: Readonly<Record<SyncJob | DomainJob, (parts: Parts, domainId: string, gameServerId: string) => Promise<void>>> = {
  syncItems: (parts, domainId, gameServerId) => syncItems(parts, { domainId, gameServerId }),
  syncEntities: (parts, domainId, gameServerId) => syncEntities(parts, { domainId, gameServerId }),
  syncBans: (parts, domainId, gameServerId) => syncBans(parts, { domainId, gameServerId }),
  deleteGameServers: removeForGood,
  // There are no built-in modules yet, so that there is nothing to do.
  seedModules: async () => undefined,
  ensureCronjobsScheduled: (parts, domainId) => askOwner(parts, domainId, ensureCronJobs),
  cleanEvents: (parts, domainId) => askOwner(parts, domainId, cleanEvents),
  cleanExpiringVariables: (parts, domainId) => askOwner(parts, domainId, cleanVariables),
};

/** With them goes what others keep of them, by foreign keys; one at a time, since that may be a lot. */
async function removeForGood({ db }: Parts, domainId: string): Promise<void> {
  const gone = await db.sql<{ id: string }>(domainId, 'select "id" from {schema}."gameServer" where "deletedAt" is not null');
  for (const { id } of gone) await db.sql(domainId, 'delete from {schema}."gameServer" where "id" = $1', [id]);
}
