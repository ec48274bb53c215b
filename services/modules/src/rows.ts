import { newId } from '@takaro/contracts/ids';
import type { Tx } from '@takaro/tenant-db';

type TableName =
  | 'module'
  | 'moduleVersion'
  | 'function'
  | 'hook'
  | 'command'
  | 'commandArgument'
  | 'cron'
  | 'functionAssignment'
  | 'moduleInstallation'
  | 'variable';

/** Column names are those of the code, never of a request. Objects become jsonb, arrays PostgreSQL arrays. */
type Columns = Readonly<Record<string, unknown>>;

const valueOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date) ? JSON.stringify(value) : value;

const defined = (columns: Columns): [string, unknown][] => Object.entries(columns).filter(([, value]) => value !== undefined);

/** Answers the id: the one given, or a fresh one. */
export async function insertRow(tx: Pick<Tx, 'sql'>, table: TableName, { id = newId(), ...columns }: Columns): Promise<string> {
  const entries = [['id', id] as const, ...defined(columns)];
  await tx.sql(
    `insert into {schema}."${table}" (${entries.map(([name]) => `"${name}"`).join(', ')})
     values (${entries.map((_, index) => `$${index + 1}`).join(', ')})`,
    entries.map(([, value]) => valueOf(value)),
  );
  return String(id);
}

/** Sets the columns that are given. */
export async function updateRow(tx: Pick<Tx, 'sql'>, table: TableName, id: string, columns: Columns): Promise<void> {
  const entries = defined(columns);
  await tx.sql(
    `update {schema}."${table}" set ${[...entries.map(([name], index) => `"${name}" = $${index + 2}`), '"updatedAt" = now()'].join(', ')}
     where "id" = $1`,
    [id, ...entries.map(([, value]) => valueOf(value))],
  );
}

export const deleteRow = (tx: Pick<Tx, 'sql'>, table: TableName, id: string): Promise<unknown> =>
  tx.sql(`delete from {schema}."${table}" where "id" = $1`, [id]);
