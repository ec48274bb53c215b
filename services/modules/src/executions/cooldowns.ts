import type { ExecutionOrder } from '@takaro/contracts/modules/executions';
import type { Tx } from '@takaro/tenant-db';
import type { Parts } from '../parts.ts';

export interface Cooldown {
  /** What is not run again: a command of a player on a game server, a hook for a player, on a game server, or at all. */
  readonly key: string;
  readonly until: Date;
  /** When the run begins that it is taken for. */
  readonly runsAt: Date;
  /** Of the first function of that run. */
  readonly executionId: string;
}

/** Since when a run that did not end stands in nobody's way any more. */
const FORGOTTEN_MS = 120_000;

/** Null when it was taken, else until when it is closed and whether that is because a run is under way. */
export type Closed = { readonly until: Date; readonly isRunning: boolean } | null;

/** Of all who ask at once one takes it. Who has it and asks again has it. */
export async function takeCooldown({ db, context }: Pick<Parts, 'db' | 'context'>, domainId: string, wanted: Cooldown): Promise<Closed> {
  const { key, until, runsAt, executionId } = wanted;
  const now = new Date(context.clock.now());
  const forgotten = new Date(now.getTime() - FORGOTTEN_MS);
  const taken = await db.sql(
    domainId,
    `insert into {schema}."cooldown" as c ("key", "until", "runsAt", "executionId") values ($1, $2, $3, $4)
     on conflict ("key") do update set "updatedAt" = now(), "executionId" = $4,
       "until" = case when c."executionId" = $4 then c."until" else $2 end, "runsAt" = case when c."executionId" = $4 then c."runsAt" else $3 end
     where c."executionId" = $4 or (c."until" <= $5 and (c."runsAt" <= $6 or ${HAS_ENDED})) returning 1`,
    [key, until, runsAt, executionId, now, forgotten],
  );
  if (taken.length > 0) return null;
  const [held] = await db.sql<{ until: Date; isRunning: boolean }>(
    domainId,
    `select c."until", c."runsAt" > $2 and not ${HAS_ENDED} as "isRunning" from {schema}."cooldown" c where c."key" = $1`,
    [key, forgotten],
  );
  return held ?? { until: now, isRunning: true };
}

const HAS_ENDED = `exists (
  select 1 from {schema}."execution" e where e."id" = c."executionId" and e."state" not in ('queued', 'running'))`;

/** A command that did not come to be run closes nothing. That of a hook stays: it is for having been matched, whatever came of it. */
export async function openCooldown(
  { sql }: Pick<Tx, 'sql'>,
  { trigger, cooldownKey, assignments }: ExecutionOrder,
  executionId: string,
): Promise<void> {
  if (trigger !== 'command' || cooldownKey === undefined || assignments[0]?.executionId !== executionId) return;
  await sql('delete from {schema}."cooldown" where "key" = $1 and "executionId" = $2', [cooldownKey, executionId]);
}
