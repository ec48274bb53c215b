import { resolve } from 'node:path';
import { openTenantDb, type TenantDb } from '@takaro/tenant-db';
import { worldTest } from '@takaro/testing/world-test';
import { type AttackVerdict, expectRefused } from './attack.ts';

const TENANTS = 20;
const TURNS = 10_000;
/** As many at once as there are connections, so that each is handed from tenant to tenant without a pause. */
const AT_ONCE = 4;
const PLAYERS = resolve(import.meta.dirname, '..', '..', 'services', 'players');

const test = worldTest(async () => undefined);

/** The same turns at each run, and another mix of them in each place. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Turn = (db: TenantDb, domainId: string, other: string) => Promise<string[]>;

const READ = 'select "name" from {schema}."player"';
const namesOf = (rows: readonly { readonly name: string }[]): string[] => rows.map(({ name }) => name);
const failing = (work: Promise<unknown>): Promise<string[]> =>
  work.then(
    () => [],
    () => [],
  );

/** What a handler does, and what goes wrong in one: the name that a tenant's player bears is the tenant's. */
const TURNS_OF: readonly Turn[] = [
  async (db, domainId) => namesOf(await db.sql<{ name: string }>(domainId, READ)),
  async (db, domainId) => db.transaction(domainId, async (tx) => namesOf(await tx.sql<{ name: string }>(READ))),
  // A statement that fails, a handler that throws, one that is called off: each in the middle of a transaction that wrote something.
  (db, domainId) =>
    failing(
      db.transaction(domainId, async (tx) => {
        await tx.sql(`update {schema}."player" set "name" = 'half done'`);
        await tx.sql('select 1 / 0');
      }),
    ),
  (db, domainId) =>
    failing(
      db.transaction(domainId, async (tx) => {
        await tx.sql(`update {schema}."player" set "name" = 'half done'`);
        throw new Error('in the middle');
      }),
    ),
  // Left behind by somebody who sets the path after all, in a transaction that goes well or not.
  (db, domainId, other) =>
    failing(
      db.transaction(domainId, async (tx) => {
        await tx.sql(`set search_path to "domain_${other}"`);
        if (domainId < other) throw new Error('with the path set');
      }),
    ),
  (db, domainId, other) =>
    failing(
      db.transaction(domainId, async (tx) => {
        await tx.sql(`set local search_path to "domain_${other}"`);
        await tx.sql('select 1 / 0');
      }),
    ),
];

/** Every name that a read of one tenant answered and that is not its own. */
async function interleave(db: TenantDb, domains: readonly string[], turns: readonly Turn[]): Promise<AttackVerdict> {
  let [reads, foreign, left] = [0, 0, TURNS];
  const worker = async (seed: number): Promise<void> => {
    const next = random(seed);
    while (left > 0) {
      left -= 1;
      const domainId = domains[next(TENANTS)] ?? '';
      const names = await turns[next(turns.length)]?.(db, domainId, domains[next(TENANTS)] ?? '');
      reads += names?.length ?? 0;
      foreign += names?.filter((name) => name !== domainId).length ?? 0;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => worker(index + 1)));
  return { harmed: foreign > 0 || reads === 0, seen: `${foreign} of ${reads} reads were another's` };
}

test('31: a connection goes from tenant to tenant in the middle of errors', { timeout: 180_000 }, async ({ world, task }) => {
  const domains: string[] = [];
  for (let turn = 0; turn < TENANTS; turn += 1) domains.push((await world.domain()).id);
  await using open = new AsyncDisposableStack();
  const db = open.use(
    await openTenantDb({
      service: 'players',
      databaseUrl: world.databaseUrl('players'),
      entities: [],
      folder: PLAYERS,
      log: (await world.contextFor('players')).log,
      pool: { connections: AT_ONCE - 1 },
    }),
  );
  for (const id of domains)
    await db.sql(id, `insert into {schema}."player" ("id", "name", "nameAt", "nameSeq") values (gen_random_uuid(), $1, now(), 1)`, [id]);

  // A name without its schema is found by the path: that is what nobody writes.
  const unqualified: Turn = async (pool, domainId) =>
    pool.transaction(domainId, async (tx) => namesOf(await tx.sql<{ name: string }>('select "name" from "player"').catch(() => [])));
  await expectRefused(task, {
    row: 31,
    attack: 'a connection goes from tenant to tenant',
    tried: `${TURNS} turns over ${TENANTS} tenants, a third of them errors`,
    refusedBy: 'names that always bear their schema',
    guarded: () => interleave(db, domains, TURNS_OF),
    control: { without: 'the schema in the name', attempt: () => interleave(db, domains, [unqualified, ...TURNS_OF.slice(2)]) },
  });
});
