import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TenantDb } from './index.ts';
import { Thing, THING_FILES } from './test-thing.ts';
import { newTenant, openTestWorld, type ServiceFiles, type TestWorld } from './test-world.ts';

const TENANTS = 24;
const TIMES = 5;

let world: TestWorld;
let db: TenantDb;

beforeAll(async () => {
  world = await openTestWorld();
  db = await world.open('players', { files: THING_FILES, entities: [Thing] });
  for (let count = 0; count < TENANTS; count += 1) await newTenant(world, [db]);
});
afterAll(() => world[Symbol.asyncDispose]());

/** Two statements, so that a tenant that has one of them alone was left in the middle. */
const roundFile = (round: number): ServiceFiles => ({
  [`migrations/010${round}-round.sql`]: `alter table "thing" add column "round${round}" integer not null default ${round};
    create index "thing_round${round}" on "thing" ("round${round}")`,
});

const killAfter = async (tenants: number, folder: string): Promise<void> => {
  const program = join(import.meta.dirname, 'test-migrator.ts');
  const migrator = spawn(process.execPath, [program, world.urlOf('players'), folder, String(tenants)], { stdio: 'inherit' });
  const [, signal] = await once(migrator, 'exit');
  expect(signal).toBe('SIGKILL');
};

/** What a tenant has of a round: its column, its index and its line in the ledger. */
const stateOf = async (round: number): Promise<Record<string, number>> => {
  const rows = await world.query<{ domainId: string; has: string }>(
    `select t."domainId", concat_ws('+',
       (select 'column' from information_schema.columns c where c.table_schema = 'domain_' || t."domainId" and c.column_name = $1),
       (select 'index' from pg_indexes i where i.schemaname = 'domain_' || t."domainId" and i.indexname = $2),
       (select 'ledger' from "takaro_players"."migration" m where m."domainId" = t."domainId" and m."name" = $3)) as "has"
     from "takaro_players"."tenant" t`,
    [`round${round}`, `thing_round${round}`, `010${round}-round.sql`],
  );
  return Object.fromEntries(
    Object.entries(Object.groupBy(rows, ({ has }) => has || 'nothing')).map(([has, tenants]) => [has, tenants?.length ?? 0]),
  );
};

test(`a migrator that is killed in the middle leaves every tenant whole, the rest is served, and the next one finishes, ${TIMES} times`, async () => {
  let files: ServiceFiles = THING_FILES;
  for (let round = 0; round < TIMES; round += 1) {
    files = { ...files, ...roundFile(round) };
    const next = await world.open('players', { files, entities: [Thing] });

    const killed = 4 + 3 * round;
    await killAfter(killed, await world.folder(files));
    // A transaction whose client is gone may take a moment to be rolled back or to have been committed.
    const pending = await next.pendingMigrations();
    const between = await stateOf(round);
    const served = await Promise.all((await db.domains()).map((id) => db.sql(id, 'select count(*) from {schema}."thing"')));
    const rerun = await next.migrateAll();

    expect(Object.keys(between).toSorted()).toEqual(['column+index+ledger', 'nothing']);
    expect(between['column+index+ledger']).toBeGreaterThanOrEqual(killed);
    expect(pending).toBeGreaterThan(0);
    expect(served).toHaveLength(TENANTS);
    expect(rerun).toMatchObject({ failed: [] });
    expect(await stateOf(round)).toEqual({ 'column+index+ledger': TENANTS });
    expect(await next.pendingMigrations()).toBe(0);
  }
}, 120_000);
