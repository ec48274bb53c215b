import type { TenantDb } from '@takaro/tenant-db';
import type { Batches } from './batches.ts';

export interface Attempt {
  readonly executionId: string;
  readonly attempt: number;
}

export type MarkBatches = Batches<Attempt, { readonly current: boolean }>;

/** Writes that these attempts are about to have an effect, in one commit. Answers of each whether it is the one that holds the lease. */
export async function markEffects(
  db: TenantDb,
  domainId: string,
  attempts: readonly Attempt[],
): Promise<readonly { readonly current: boolean }[]> {
  const marked = await db.sql<Attempt>(
    domainId,
    `update {schema}."execution" e set "effects" = true from unnest($1::uuid[], $2::integer[]) as m ("id", "attempt")
     where e."id" = m."id" and e."attempt" = m."attempt" and e."state" = 'running' returning e."id" as "executionId", e."attempt"`,
    [attempts.map(({ executionId }) => executionId), attempts.map(({ attempt }) => attempt)],
  );
  return attempts.map(({ executionId, attempt }) => ({
    current: marked.some((one) => one.executionId === executionId && one.attempt === attempt),
  }));
}
