import type { ExecutionOrder } from '@takaro/contracts/modules/executions';
import type { Tx } from '@takaro/tenant-db';

interface Asked {
  readonly order: ExecutionOrder;
  readonly executionId: string;
}

/**
 * Those of the executions that may only run alone and would begin beside another run of their component. What was begun before and was
 * put back goes on.
 */
export async function besideAnother(sql: Tx['sql'], asked: readonly Asked[]): Promise<ReadonlySet<string>> {
  const wanted = asked.filter(({ order }) => order.alone);
  if (wanted.length === 0) return new Set();
  const records = wanted.map(({ order: { installationId, componentId, causeId }, executionId: id }) => ({
    id,
    installationId,
    componentId,
    causeId,
  }));
  const rows = await sql<{ id: string }>(
    `select w."id" from jsonb_to_recordset($1::jsonb) as w ("id" uuid, "installationId" uuid, "componentId" uuid, "causeId" uuid)
     where not exists (select 1 from {schema}."execution" o where o."id" = w."id")
       and exists (
         select 1 from {schema}."execution" e
         where e."leaseUntil" is not null and e."state" in ('running', 'queued') and e."componentId" = w."componentId"
           and e."installationId" = w."installationId" and e."causeId" <> w."causeId"
       )`,
    [JSON.stringify(records)],
  );
  return new Set([...rows.map(({ id }) => id), ...laterOnes(wanted)]);
}

/** Of several causes that are asked for at once, the first may begin. */
function laterOnes(wanted: readonly Asked[]): string[] {
  const first = new Map<string, string>();
  return wanted.flatMap(({ order: { installationId, componentId, causeId }, executionId }) => {
    const key = `${installationId} ${componentId}`;
    if (!first.has(key)) first.set(key, causeId);
    return first.get(key) === causeId ? [] : [executionId];
  });
}
