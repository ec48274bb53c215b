import type { TenantDb } from '@takaro/tenant-db';
import type { Batches } from './batches.ts';

export interface Attempt {
  readonly executionId: string;
  readonly attempt: number;
}

export type MarkBatches = Batches<Attempt, { readonly current: boolean }>;

/** In the order of the ids, as whoever writes several executions locks them: else two of them wait for each other. */
const MARK = `
  with "held" as (
    select e."id" from {schema}."execution" e join unnest($1::uuid[], $2::integer[]) as m ("id", "attempt") on m."id" = e."id"
    where e."attempt" = m."attempt" and e."state" = 'running' order by e."id" for update of e
  )
  update {schema}."execution" e set "effects" = true from "held" h where e."id" = h."id"
  returning e."id" as "executionId", e."attempt"`;

/** Writes that these attempts are about to have an effect, in one commit. Answers of each whether it is the one that holds the lease. */
export async function markEffects(
  db: Pick<TenantDb, 'sql'>,
  domainId: string,
  attempts: readonly Attempt[],
): Promise<readonly { readonly current: boolean }[]> {
  const marked = await db.sql<Attempt>(domainId, MARK, [
    attempts.map(({ executionId }) => executionId),
    attempts.map(({ attempt }) => attempt),
  ]);
  return attempts.map(({ executionId, attempt }) => ({
    current: marked.some((one) => one.executionId === executionId && one.attempt === attempt),
  }));
}
