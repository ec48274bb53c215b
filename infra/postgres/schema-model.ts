import type { QueryResultRow } from 'pg';

/** A query in the database that is read. */
export type Query = <Row extends QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

export interface ColumnModel {
  readonly name: string;
  /** As PostgreSQL writes it, in its short form: `timestamptz`, `text`, `uuid[]`. */
  readonly type: string;
  readonly nullable: boolean;
}

export interface ReferenceModel {
  readonly name: string;
  readonly columns: readonly string[];
  /** Null within the schema that was read. */
  readonly schema: string | null;
  readonly table: string;
  readonly targetColumns: readonly string[];
}

export interface TableModel {
  readonly name: string;
  /** The role that owns it. */
  readonly owner: string;
  readonly columns: readonly ColumnModel[];
  readonly primaryKey: readonly string[];
  /** Columns of every unique constraint and unique index but the primary key; those that hold for some rows only, too. */
  readonly uniqueKeys: readonly (readonly string[])[];
  readonly references: readonly ReferenceModel[];
}

const COLUMNS = `
  select c.relname as "table", pg_get_userbyid(c.relowner) as "owner", a.attname as "name",
    regexp_replace(format_type(a.atttypid, a.atttypmod), '^timestamp(\\(\\d\\))? with time zone', 'timestamptz') as "type",
    not a.attnotnull as "nullable"
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace = to_regnamespace(quote_ident($1)) and c.relkind in ('r', 'p')
  order by c.relname, a.attnum`;

const KEYS = `
  select c.relname as "table", i.indisprimary as "primary",
    (select array_agg(a.attname::text order by k.n) from unnest(i.indkey) with ordinality k (attnum, n)
     join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum) as "columns"
  from pg_index i join pg_class c on c.oid = i.indrelid
  where c.relnamespace = to_regnamespace(quote_ident($1)) and i.indisunique and 0 <> all (i.indkey)
  order by c.relname, 3`;

const REFERENCES = `
  select c.relname as "table", k.conname as "name", t.relname as "target",
    nullif(t.relnamespace::regnamespace::text, quote_ident($1)) as "schema",
    (select array_agg(a.attname::text order by n) from unnest(k.conkey) with ordinality u (attnum, n)
     join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum) as "columns",
    (select array_agg(a.attname::text order by n) from unnest(k.confkey) with ordinality u (attnum, n)
     join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.attnum) as "targetColumns"
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class t on t.oid = k.confrelid
  where k.contype = 'f' and k.conparentid = 0 and c.relnamespace = to_regnamespace(quote_ident($1))
  order by c.relname, 5, k.conname`;

/** What stands in a schema, as the database itself says: tables by name, columns in their order. */
export async function readSchemaModel(query: Query, schema: string): Promise<readonly TableModel[]> {
  const columns = await query<ColumnModel & { table: string; owner: string }>(COLUMNS, [schema]);
  const keys = await query<{ table: string; primary: boolean; columns: string[] }>(KEYS, [schema]);
  const references = await query<Omit<ReferenceModel, 'table'> & { table: string; target: string }>(REFERENCES, [schema]);
  return [...Map.groupBy(columns, ({ table }) => table)].map(([name, rows]) => {
    const keysHere = keys.filter(({ table }) => table === name);
    return {
      name,
      owner: rows[0]?.owner ?? '',
      columns: rows.map((column) => ({ name: column.name, type: column.type, nullable: column.nullable })),
      primaryKey: keysHere.find(({ primary }) => primary)?.columns ?? [],
      uniqueKeys: keysHere.filter(({ primary }) => !primary).map((key) => key.columns),
      references: references
        .filter(({ table }) => table === name)
        .map((one) => ({ name: one.name, columns: one.columns, schema: one.schema, table: one.target, targetColumns: one.targetColumns })),
    };
  });
}
