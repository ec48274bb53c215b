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

/** So many rows go into one statement: their values must stay below the 65,535 that the protocol takes. */
const ROWS_AT_ONCE = 1_000;

/** Rows that all have the same columns, with their ids. */
export async function insertRows(tx: Pick<Tx, 'sql'>, table: TableName, rows: readonly object[]): Promise<void> {
  const names = Object.keys(rows[0] ?? {});
  for (let first = 0; first < rows.length; first += ROWS_AT_ONCE) {
    const some = rows.slice(first, first + ROWS_AT_ONCE);
    const tuples = some.map((_, row) => `(${names.map((_name, column) => `$${row * names.length + column + 1}`).join(', ')})`);
    await tx.sql(
      `insert into {schema}."${table}" (${names.map((name) => `"${name}"`).join(', ')}) values ${tuples.join(', ')}`,
      some.flatMap((row) => names.map((name) => valueOf(Reflect.get(row, name)))),
    );
  }
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

/** Answers whether it was there: of two who delete one row at the same time, the second has nothing to tell. */
export async function deleteRow(tx: Pick<Tx, 'sql'>, table: TableName, id: string): Promise<boolean> {
  return (await tx.sql(`delete from {schema}."${table}" where "id" = $1 returning 1`, [id])).length > 0;
}
