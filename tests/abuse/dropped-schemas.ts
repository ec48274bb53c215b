import type { AdminSql } from '@takaro/testing/world-database';

/** Of a transaction in which schemas of tenants, or something in them, were dropped: which. */
export type DroppedSchemas = () => Promise<readonly (readonly string[])[]>;

/** Has PostgreSQL note from here on which transaction drops what of which tenant. */
export async function watchDroppedSchemas(sql: AdminSql): Promise<DroppedSchemas> {
  await sql('create table public."droppedSchema" ("transaction" bigint, "name" text)');
  await sql(`
    create function public."noteDrop"() returns event_trigger language plpgsql security definer set search_path = pg_catalog as $$
    begin
      insert into public."droppedSchema"
        select distinct txid_current(), case object_type when 'schema' then object_name else schema_name end
        from pg_event_trigger_dropped_objects();
    end $$`);
  await sql('create event trigger "noteDrop" on sql_drop execute function public."noteDrop"()');
  return async () => {
    const rows = await sql<{ names: string[] }>(
      `select array_agg(distinct "name" order by "name") as "names" from public."droppedSchema" where "name" like 'domain\\_%' group by "transaction"`,
    );
    return rows.map(({ names }) => names);
  };
}
