import type { RequestContract } from '@takaro/contracts/contract';
import { searchPogs } from '@takaro/contracts/players/pog-rest';
import { searchPlayers } from '@takaro/contracts/players/rest';
import { PlayerOnGameServerOutput, PlayerOutput } from '@takaro/contracts/players/shapes';
import type { SearchInput } from '@takaro/contracts/search';
import { withClient } from '@takaro/testing/sql';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import { ask, startPlayersUnderTest } from './players-world.ts';

const test = worldTest(startPlayersUnderTest);

/** A list has no order. */
const UNORDERED = 'inventory';

type SearchContract = RequestContract<SearchInput, { readonly rows: readonly unknown[] }>;

const SEARCHES: readonly (readonly [string, SearchContract, readonly string[]])[] = [
  ['player', searchPlayers, Object.keys(PlayerOutput.properties)],
  ['playerOnGameServer', searchPogs, Object.keys(PlayerOnGameServerOutput.properties).filter((name) => name !== UNORDERED)],
];

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
}

const filtersOf = ({ input }: SearchContract): string[] => {
  const { properties = {} }: Node = input;
  return Object.keys(properties['filters']?.properties ?? {});
};

interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** What is planned where nothing but an index helps; tables of tests are too small to need one. */
async function planOf(world: World, domain: TestDomain, query: string): Promise<Plan[]> {
  const { rows } = await withClient(world.adminUrl, async (client) => {
    await client.query(`set search_path to "domain_${domain.id}"; set enable_seqscan = off; set enable_sort = off`);
    await client.query('set enable_incremental_sort = off');
    return client.query<{ 'QUERY PLAN': readonly { readonly Plan: Plan }[] }>(`explain (format json) ${query}`);
  });
  return rows.flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan: plan }) => nodesOf(plan)));
}

async function collated(world: World, domain: TestDomain, table: string, column: string): Promise<string> {
  const [found] = await world.adminSql<{ type: string }>(
    `select data_type as "type" from information_schema.columns where table_schema = $1 and table_name = $2 and column_name = $3`,
    [`domain_${domain.id}`, table, column],
  );
  return found?.type === 'text' ? `"${column}" collate "en-US-x-icu"` : `"${column}"`;
}

describe.for(SEARCHES)('of %s', ([table, contract, columns]) => {
  test('a page in the order of any column is read from an index, in either direction', async ({ world, domain }) => {
    for (const column of columns) {
      const key = await collated(world, domain, table, column);
      for (const direction of ['asc', 'desc'] as const) {
        const order = column === 'id' ? `${key} ${direction}` : `${key} ${direction}, "id" ${direction}`;
        const nodes = await planOf(world, domain, `select * from "${table}" order by ${order} limit 100`);
        const { rows } = await ask(world, domain, { contract, input: { sortBy: column, sortDirection: direction } });

        expect(
          nodes.map((node) => node['Node Type']),
          `${column} ${direction}`,
        ).toEqual(['Limit', 'Index Scan']);
        expect(rows).toEqual([]);
      }
    }
  });

  test('every filter is the beginning of an index', async ({ world, domain }) => {
    const names = filtersOf(contract).filter((name) => name !== 'roleId');
    const indexed = await world.adminSql<{ definition: string }>(
      `select indexdef as "definition" from pg_indexes where schemaname = $1 and tablename = $2`,
      [`domain_${domain.id}`, table],
    );

    // PostgreSQL quotes only what needs it.
    const begins = (name: string) => indexed.some(({ definition }) => new RegExp(`\\("?${name}"?[,)]`).test(definition));
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !begins(name))).toEqual([]);
  });
});

test('a part of a name or an id is looked for in indexes', async ({ world, domain }) => {
  // With few players an index that is read as a whole is as good.
  await world.adminSql(
    `insert into "domain_${domain.id}"."player" ("id", "name", "steamId", "platformId", "nameAt", "nameSeq")
     select gen_random_uuid(), 'Player ' || n, '7656' || n, 'steam:' || n, now(), 0 from generate_series(1, 3000) n`,
  );
  await world.adminSql(`vacuum analyze "domain_${domain.id}"."player"`);
  const where = ['name', 'steamId', 'platformId'].map((column) => `"${column}" ilike '%part%'`).join(' or ');

  const nodes = await planOf(world, domain, `select * from "player" where ${where}`);

  const used = nodes.map((node) => node['Index Name']).filter((name) => name !== undefined);
  expect(used).toEqual(['player_name_search_idx', 'player_steamId_search_idx', 'player_platformId_search_idx']);
});

test('whoever has a role is looked for in an index', async ({ world, domain }) => {
  const held = `select "playerId" from "playerRole" where "roleId" = '01890000-0000-7000-8000-000000000000'`;

  const nodes = await planOf(world, domain, `select * from "player" where "id" in (${held})`);

  expect(nodes.map((node) => node['Index Name'])).toContain('playerRole_roleId_playerId_idx');
});
