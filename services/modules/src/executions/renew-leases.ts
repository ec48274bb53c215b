import type { TenantDb } from '@takaro/tenant-db';

interface Running {
  readonly executionId: string;
  readonly attempt: number;
  readonly effects: boolean;
}

interface HeldRow {
  readonly id: string;
  readonly attempt: number;
  readonly moduleId: string;
  readonly depth: number;
}

/** In the order of the ids, as whoever writes several executions locks them: else two of them wait for each other. */
const RENEW = `
  with "held" as (
    select e."id", s."effects" from {schema}."execution" e
    join jsonb_to_recordset($1::jsonb) as s ("executionId" uuid, "attempt" integer, "effects" boolean) on s."executionId" = e."id"
    where e."id" = any($3::uuid[]) and e."attempt" = s."attempt" and e."state" = 'running' order by e."id" for update of e
  )
  update {schema}."execution" e set "leaseUntil" = $2, "effects" = e."effects" or h."effects" from "held" h
  where e."id" = any($3::uuid[]) and e."id" = h."id"
  returning e."id", e."attempt", e."moduleId", (e."order" ->> 'depth')::integer as "depth"`;

/** Moves the leases of those that run forward, in one commit. Answers which of them are still run by these attempts. */
export const renewLeases = (
  db: Pick<TenantDb, 'sql'>,
  domainId: string,
  running: readonly Running[],
  leaseUntil: Date,
): Promise<HeldRow[]> =>
  db.sql<HeldRow>(domainId, RENEW, [JSON.stringify(running), leaseUntil, running.map(({ executionId }) => executionId)]);
