import { ServiceError } from '@takaro/contracts/errors';
import type { DomainJob, JobStatus, SyncJob } from '@takaro/contracts/gameservers/jobs';
import { newId } from '@takaro/contracts/ids';
import { storableText } from '@takaro/contracts/text';
import type { Tx } from '@takaro/tenant-db';

export const JOB = 'job';

export interface Job {
  readonly id: string;
  readonly type: SyncJob | DomainJob;
  /** Null for jobs of the whole domain. */
  readonly gameServerId: string | null;
  readonly status: JobStatus;
  readonly failedReason: string | null;
}

/** Jobs that ended are remembered for a day. */
const FORGET = `delete from {schema}."job" where "updatedAt" < now() - interval '1 day' and "status" in ('completed', 'failed')`;

/** Queues a job that is due at once. */
export async function addJob(tx: Tx, { type, gameServerId }: Pick<Job, 'type' | 'gameServerId'>, now: Date): Promise<Job> {
  await tx.sql(FORGET);
  const job: Job = { id: newId(), type, gameServerId, status: 'pending', failedReason: null };
  await tx.sql('insert into {schema}."job" ("id", "type", "gameServerId", "status") values ($1, $2, $3, $4)', [
    job.id,
    type,
    gameServerId,
    job.status,
  ]);
  await tx.schedule({ kind: JOB, key: job.id, dueAt: now });
  return job;
}

type Sql = Tx['sql'];

/** One that was begun by a process that is no more is begun again: of those that are due, one scheduler has each. */
export async function beginJob(sql: Sql, id: string): Promise<Job | undefined> {
  const [job] = await sql<Job>(
    `update {schema}."job" set "status" = 'active', "updatedAt" = now()
     where "id" = $1 and "status" in ('pending', 'active') returning "id", "type", "gameServerId", "status", "failedReason"`,
    [id],
  );
  return job;
}

/** Null: it went well. */
export async function endJob(sql: Sql, id: string, failedReason: string | null): Promise<void> {
  await sql(`update {schema}."job" set "status" = $2, "failedReason" = $3, "updatedAt" = now() where "id" = $1`, [
    id,
    failedReason === null ? 'completed' : 'failed',
    failedReason === null ? null : storableText(failedReason),
  ]);
}

/** @throws ServiceError JOB_NOT_FOUND */
export async function findJob(sql: Sql, type: string, id: string): Promise<Job> {
  const [job] = await sql<Job>(
    'select "id", "type", "gameServerId", "status", "failedReason" from {schema}."job" where "id" = $1 and "type" = $2',
    [id, type],
  );
  if (!job) throw new ServiceError('JOB_NOT_FOUND');
  return job;
}

export const jobStatus = ({ id, status, failedReason }: Job) => ({ id, status, ...(failedReason !== null && { failedReason }) });
