import type { World } from '@takaro/testing/world';

/** An id of a row of each table of a domain that has one. */
export async function idsIn(world: World, domainId: string): Promise<{ readonly table: string; readonly id: string }[]> {
  const schema = `domain_${domainId}`;
  const tables = await world.adminSql<{ name: string }>(
    `select table_name as "name" from information_schema.columns where table_schema = $1 and column_name = 'id' and data_type = 'uuid'`,
    [schema],
  );
  const rows = tables.map(async ({ name }) =>
    (await world.adminSql<{ id: string }>(`select id from "${schema}"."${name}" limit 1`)).map(({ id }) => ({ table: name, id })),
  );
  return (await Promise.all(rows)).flat();
}
