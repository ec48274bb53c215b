import { EXECUTION_STATES, searchExecutions } from '@takaro/contracts/modules/execution-history';
import { searchVariables } from '@takaro/contracts/modules/variables';
import { withClient } from '@takaro/testing/sql';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { startModulesUnderTest } from './modules-world.ts';

const test = worldTest(startModulesUnderTest);

/** Enough that an index is worth its while. */
const ROWS = 3_000;
const ID = '01890000-0000-7000-8000-000000000000';

/** A filter, a value that few rows have, and the index that finds them. */
type Served = readonly [filter: string, value: string, index: string];
/** A filter, a value that no index finds, and why none needs to. */
type Exception = readonly [filter: string, value: string, reason: string];

interface Searched {
  readonly table: string;
  readonly filters: readonly string[];
  /** Fills the table with rows that nothing below asks for. */
  readonly rows: string;
  readonly served: readonly Served[];
  readonly exceptions: readonly Exception[];
}

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
}

const filtersOf = ({ input }: { readonly input: Node }): string[] => Object.keys(input.properties?.['filters']?.properties ?? {});

const SEARCHES: readonly Searched[] = [
  {
    table: 'execution',
    filters: filtersOf(searchExecutions),
    rows: `insert into "execution" ("id", "state", "trigger", "causeId", "componentId", "componentName", "assignmentId", "functionId",
        "installationId", "moduleId", "versionId", "gameServerId", "finishedAt")
      select gen_random_uuid(), 'succeeded', 'command', gen_random_uuid(), gen_random_uuid(), 'ping', gen_random_uuid(), gen_random_uuid(),
        gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now() from generate_series(1, ${ROWS})`,
    served: [
      ['id', ID, 'execution_pkey'],
      ['state', 'queued', 'execution_unfinished_idx'],
      ['state', 'running', 'execution_unfinished_idx'],
      ['state', 'failed', 'execution_unsuccessful_idx'],
      ['state', 'interrupted', 'execution_unsuccessful_idx'],
      ['state', 'refused', 'execution_unsuccessful_idx'],
      ['trigger', 'cronjob', 'execution_trigger_createdAt_idx'],
      ['causeId', ID, 'execution_causeId_idx'],
      ['componentId', ID, 'execution_componentId_createdAt_idx'],
      ['assignmentId', ID, 'execution_assignmentId_createdAt_idx'],
      ['functionId', ID, 'execution_functionId_createdAt_idx'],
      ['installationId', ID, 'execution_installationId_createdAt_idx'],
      ['moduleId', ID, 'execution_moduleId_createdAt_idx'],
      ['versionId', ID, 'execution_versionId_createdAt_idx'],
      ['gameServerId', ID, 'execution_gameServerId_createdAt_idx'],
      ['playerId', ID, 'execution_playerId_createdAt_idx'],
      ['rerunOf', ID, 'execution_rerunOf_idx'],
    ],
    exceptions: [['state', 'succeeded', 'most executions have it, so that a page is full after a few rows of any order']],
  },
  {
    table: 'variable',
    filters: filtersOf(searchVariables),
    rows: `insert into "variable" ("id", "key", "value") select gen_random_uuid(), 'key ' || n, 'value' from generate_series(1, ${ROWS}) n`,
    served: [
      ['id', ID, 'variable_pkey'],
      ['key', 'another', 'variable_key_scope_key'],
      ['gameServerId', ID, 'variable_gameServerId_key_idx'],
      ['playerId', ID, 'variable_playerId_key_idx'],
      ['moduleId', ID, 'variable_moduleId_key_idx'],
    ],
    exceptions: [],
  },
];

interface Plan {
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Plan[];
}

const indexesIn = (plan: Plan): string[] => [
  ...(plan['Index Name'] === undefined ? [] : [plan['Index Name']]),
  ...(plan.Plans ?? []).flatMap((one) => indexesIn(one)),
];

/** By which indexes each query is answered in a domain, once there are rows. */
const indexesOf = (url: string, domainId: string, { rows, table, queries }: Pick<Searched, 'rows' | 'table'> & { queries: string[] }) =>
  withClient(url, async (client) => {
    await client.query(`set search_path to "domain_${domainId}"`);
    await client.query(rows);
    await client.query(`vacuum analyze "${table}"`);
    const found: string[][] = [];
    for (const query of queries) {
      const explained = await client.query<{ 'QUERY PLAN': readonly { readonly Plan: Plan }[] }>(`explain (format json) ${query}`);
      found.push(explained.rows.flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan: plan }) => indexesIn(plan))));
    }
    return found;
  });

/** By the id, as a search is sorted that says nothing else, and by time. */
const ORDERS = ['"id"', '"createdAt" desc, "id" desc'];

test.for(SEARCHES)('each filter of $table is found by its index, or needs none', async (searched, { world, domain }) => {
  const { table, filters, served, exceptions } = searched;
  const queries = served.flatMap(([filter, value]) =>
    ORDERS.map((order) => `select * from "${table}" where "${filter}" in ('${value}') order by ${order} limit 100`),
  );

  const found = await indexesOf(world.adminUrl, domain.id, { ...searched, queries });

  expect(new Set([...served, ...exceptions].map(([filter]) => filter))).toEqual(new Set(filters));
  const wanted = served.flatMap(([, , index]) => ORDERS.map(() => [index]));
  expect(queries.map((query, index) => [query, found[index]])).toEqual(queries.map((query, index) => [query, wanted[index]]));
});

test('executions of each state are found by an index, or there is a reason for none', () => {
  const [ofExecutions] = SEARCHES;

  const states = [...(ofExecutions?.served ?? []), ...(ofExecutions?.exceptions ?? [])].filter(([filter]) => filter === 'state');
  expect(new Set(states.map(([, state]) => state))).toEqual(new Set(EXECUTION_STATES));
});

test('a part of the key of a variable is looked for in an index', async ({ world, domain }) => {
  const [, ofVariables] = SEARCHES;
  const queries = [`select * from "variable" where "key" ilike '%part%'`];

  const found = await indexesOf(world.adminUrl, domain.id, { table: 'variable', rows: ofVariables?.rows ?? '', queries });

  expect(found).toEqual([['variable_key_search_idx']]);
});

test('an execution that has an effect is written without writing its indexes', async ({ world, domain }) => {
  const written = await withClient(world.adminUrl, async (client) => {
    await client.query(`set search_path to "domain_${domain.id}"; begin`);
    await client.query(
      `insert into "execution" ("id", "state", "trigger", "causeId", "componentId", "componentName", "assignmentId", "functionId",
         "installationId", "moduleId", "versionId", "gameServerId", "attempt", "leaseUntil")
       values ($1, 'running', 'command', $1, $1, 'ping', $1, $1, $1, $1, $1, $1, 1, now())`,
      [ID],
    );
    await client.query(`update "execution" set "effects" = true where "id" = $1`, [ID]);
    const { rows } = await client.query<{ alone: string }>(
      `select pg_stat_get_xact_tuples_hot_updated('"execution"'::regclass) as "alone"`,
    );
    return rows;
  });

  expect(written).toEqual([{ alone: '1' }]);
});
