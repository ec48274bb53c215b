import pg from 'pg';
import type { System } from './system.ts';

/** A connection as the superuser in the database of the services, for rows by the hundred thousand. */
export async function connectAsAdmin({ servicesAdminUrl }: System): Promise<pg.Client> {
  const client = new pg.Client(servicesAdminUrl);
  await client.connect();
  return client;
}

/** The schema of a tenant, quoted. */
export const schemaOf = (domainId: string): string => `"domain_${domainId}"`;

/**
 * Ids that grow with the number, as those of rows that came one after the other do (UUID v7), computable on both sides.
 * `kind` keeps the ids of different tables apart.
 */
export const idOf = (kind: number, n: number): string =>
  `${(0x0190_0000_0000 + n)
    .toString(16)
    .padStart(12, '0')
    .replace(/^(.{8})/, '$1-')}-7000-8000-${kind.toString(16).padStart(12, '0')}`;

/** The same in SQL, of the column `n`. */
export const sqlIdOf = (kind: number, n = 'n'): string =>
  `(regexp_replace(lpad(to_hex(${0x0190_0000_0000} + (${n})::bigint), 12, '0'), '^(.{8})', '\\1-') || '-7000-8000-${kind.toString(16).padStart(12, '0')}')::uuid`;

export const PLAYER = 1;

/** Players by the hundred thousand, made over the last hundred hours. */
export const insertPlayers = async (client: pg.Client, schema: string, { to }: { to: number }): Promise<void> => {
  await client.query(`insert into ${schema}."player"
    ("id", "name", "steamId", "platformId", "playtimeSeconds", "nameAt", "nameSeq", "createdAt", "updatedAt")
    select ${sqlIdOf(PLAYER)}, 'Player ' || md5(n::text), (76561190000000000 + n)::text, 'bench:' || n, n % 86400, at, n, at, at
    from (select n, now() - (${to} - n) * interval '1 hour' * 100 / ${to} as at from generate_series(1, ${to}) n) as rows`);
};
