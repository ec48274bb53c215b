import { deriveId } from '@takaro/contracts/ids';
import type { Tx } from '@takaro/tenant-db';

/** The one entry of a domain in the index of what is due that looks after the leases of its executions. */
export const SWEEP_KIND = 'sweep';
export const SWEEP_KEY = 'executions';
/** How often a copy looks whether one is due. */
export const SWEEP_EVERY_MS = 1_000;

/** The order of an execution whose row waits for the attempt after this one. */
export const againMessageId = (executionId: string, attempt: number): string => deriveId('again', executionId, attempt);

/** Makes sure that somebody looks after the leases of the domain. */
export async function wakeSweep({ sql, domainId }: Pick<Tx, 'sql' | 'domainId'>, at: Date): Promise<void> {
  await sql(
    `insert into {platform}."due" ("kind", "domainId", "key", "dueAt", "payload") values ('${SWEEP_KIND}', $1, '${SWEEP_KEY}', $2, '{}')
     on conflict do nothing`,
    [domainId, at],
  );
}
