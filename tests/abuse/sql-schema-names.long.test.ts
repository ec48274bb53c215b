import { resolve } from 'node:path';
import { searchPlayers } from '@takaro/contracts/players/rest';
import type { ServiceName } from '@takaro/contracts/services';
import { startPlayersProcess } from '@takaro/players/service';
import { dropTenantSchema, openTenantDb, quoteName, type TenantDb } from '@takaro/tenant-db';
import { rawRequest } from '@takaro/testing/raw-request';
import type { World } from '@takaro/testing/world';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { type AttackVerdict, expectRefused } from './attack.ts';
import { concatenate } from './concatenate.ts';
import { SQL_CORPUS } from './sql-corpus.ts';

const test = worldTest((world) => world.start('players', startPlayersProcess));

const UNKNOWN = 'DOMAIN_UNKNOWN';
/** What no token of a subject may have in it. */
const NO_SUBJECT_TOKEN = /[\s.*>]+/g;
const MIGHT_BE = /^[a-z0-9][a-z0-9-]{0,47}$/;

function verdictOf(hits: readonly string[], tried: number): AttackVerdict {
  expect(hits).toEqual([]);
  return { harmed: hits.length > 0 || tried === 0, seen: `${hits.length} hits in ${tried} tries` };
}

/** It takes its time, since what sleeps is let sleep. */
let put: Promise<AttackVerdict> | undefined;
const putIntoName = (world: World, domainId: string): Promise<AttackVerdict> => (put ??= concatenate(world, domainId, 'name of a schema'));

/** Every schema and table that there is. */
const tablesOf = async (world: World): Promise<string> =>
  JSON.stringify(
    await world.adminSql(
      `select nspname, array(select relname::text from pg_class where relnamespace = n.oid order by 1) as "tables" from pg_namespace n order by 1`,
    ),
  );

const openDb = async (world: World, service: ServiceName): Promise<TenantDb> =>
  openTenantDb({
    service,
    databaseUrl: world.databaseUrl(service),
    entities: [],
    folder: resolve(import.meta.dirname, '..', '..', 'services', service),
    log: (await world.contextFor(service)).log,
    pool: { connections: 2 },
  });

/** The code with which something was refused; null when it was done. */
const codeOf = (work: () => Promise<unknown>): Promise<string | null> =>
  (async () => work())().then(
    () => null,
    (error: unknown) => String(Object(error).code ?? error),
  );

test('30: SQL as the domain of a request whose token names the same', { timeout: 240_000 }, async ({ world, domain, task }) => {
  const { nats } = await world.busFor('gateway');
  const guarded = async (): Promise<AttackVerdict> => {
    const tokens = SQL_CORPUS.map((text) => text.replaceAll(NO_SUBJECT_TOKEN, '-'));
    // Few of the strings name what a domain might be called, such as `1`.
    const texts = tokens.filter((text) => !MIGHT_BE.test(text) && text !== '');
    const hits: string[] = [];
    for (const text of texts) {
      const token = await world.tokens.user(text);
      const { code } = await rawRequest(nats, searchPlayers, { domainId: text, token, payload: '{}' });
      if (code !== UNKNOWN) hits.push(`${code}: ${text}`);
    }
    return verdictOf(hits, texts.length);
  };
  await expectRefused(task, {
    row: 30,
    attack: 'SQL as the domain of a request',
    tried: `${SQL_CORPUS.length} strings as far as a subject takes them, each with a token signed for it`,
    refusedBy: 'the form of a domain',
    guarded,
    control: { without: 'it: text put into the name of a schema', attempt: () => putIntoName(world, domain.id) },
  });
});

test('30: SQL as the id of a tenant, in every way to the database', { timeout: 240_000 }, async ({ world, domain, task }) => {
  await using open = new AsyncDisposableStack();
  const players = open.use(await openDb(world, 'players'));
  const tenancy = open.use(await openDb(world, 'tenancy'));
  const before = await tablesOf(world);
  const ways: readonly (readonly [string, (text: string) => Promise<unknown>, (text: string) => string | null])[] = [
    ['sql', (text) => players.sql(text, 'select from {schema}."player"'), () => UNKNOWN],
    ['transaction', (text) => players.transaction(text, async () => undefined), () => UNKNOWN],
    ['entities', (text) => players.em(text), () => UNKNOWN],
    // What could be a domain is none here, and dropping what is not there is no error.
    ['drop', (text) => dropTenantSchema(tenancy, text), (text) => (MIGHT_BE.test(text) ? null : UNKNOWN)],
    [
      'owner',
      (text) => tenancy.platformSql('select takaro_tenants."drop_tenant"($1)', [text]),
      (text) => (MIGHT_BE.test(text) ? null : '22023'),
    ],
  ];
  const guarded = async (): Promise<AttackVerdict> => {
    const hits: string[] = [];
    for (const text of SQL_CORPUS) {
      for (const [way, work, expected] of ways) {
        const code = await codeOf(() => work(`${domain.id}${text}`));
        const wanted = expected(`${domain.id}${text}`);
        if (code !== wanted) hits.push(`${way} ${code}: ${text}`);
      }
      if (isQuotedWrongly(text)) hits.push(`quoted: ${text}`);
    }
    if ((await tablesOf(world)) !== before) hits.push('schemas and tables are others');
    return verdictOf(hits, SQL_CORPUS.length * (ways.length + 1));
  };
  await expectRefused(task, {
    row: 30,
    attack: 'SQL as the id of a tenant',
    tried: `${SQL_CORPUS.length} strings behind a good id, in ${ways.length + 1} ways`,
    refusedBy: 'the form of a domain, and the one function that quotes',
    guarded,
    control: { without: 'them: text put into the name of a schema', attempt: () => putIntoName(world, domain.id) },
  });
});

/** Whether what quotes names of schemas hands out a text that is more than a name. */
function isQuotedWrongly(text: string): boolean {
  try {
    return !/^"[a-z][a-z0-9_-]*"$/.test(quoteName(text));
  } catch {
    return false;
  }
}

test('the strings have an effect where they are put into a statement as its sort key', async ({ world, domain }) => {
  expect(await concatenate(world, domain.id, 'sort key')).toMatchObject({ harmed: true });
});
