import type { TenantDb, Tx } from '@takaro/tenant-db';

/** What everything of the tenant's modules is cached under. bigint comes as text, and is only compared. */
export async function readRevision(db: TenantDb, domainId: string): Promise<string> {
  const [row] = await db.sql<{ revision: string }>(domainId, 'select "revision" from {schema}."moduleRevision"');
  return row?.revision ?? '0';
}

/** In the transaction of every change of modules, components, assignments and installations: the next event sees it. */
export async function bumpRevision({ sql }: Pick<Tx, 'sql'>): Promise<void> {
  await sql('update {schema}."moduleRevision" set "revision" = "revision" + 1, "updatedAt" = now()');
}
