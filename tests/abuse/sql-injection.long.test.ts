import type { AnyRequest } from '@takaro/contracts/contract';
import { searchGameServers } from '@takaro/contracts/gameservers/game-servers';
import { createModule, getModule, searchModules } from '@takaro/contracts/modules/modules';
import { searchPlayers } from '@takaro/contracts/players/rest';
import { matches } from '@takaro/contracts/validate';
import { rawRequest, type RawAnswer } from '@takaro/testing/raw-request';
import type { World } from '@takaro/testing/world';
import { worldTest } from '@takaro/testing/world-test';
import { type Static, Type } from 'typebox';
import { expect } from 'vitest';
import { startAllServices } from '../all-services.ts';
import { furnish } from '../refusals/furnish.ts';
import { type AttackVerdict, expectRefused } from './attack.ts';
import { concatenate } from './concatenate.ts';
import { isLike } from './like.ts';
import { SQL_CORPUS } from './sql-corpus.ts';

const test = worldTest(startAllServices);

/** What none of the strings may change or show: rows of the victim, and which tables there are. */
async function stateOf(world: World, domains: readonly string[]): Promise<string> {
  const schemas = domains.map((id) => `domain_${id}`);
  const tables = await world.adminSql<{ name: string }>(
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as "name" from pg_tables
      where schemaname = any($1) or schemaname in ('takaro_tenancy', 'public') order by 1`,
    [schemas],
  );
  const counts = tables
    .filter(({ name }) => /"(gameServer|player|user|role|variable|hook)"|\.(player|role|variable|hook|domain|identity)$/.test(name))
    .map(async ({ name }) => `${name} ${JSON.stringify(await world.adminSql(`select count(*) from ${name}`))}`);
  const roles = await world.adminSql('select rolname, rolsuper, rolcreaterole from pg_roles order by 1');
  return [...tables.map(({ name }) => name), ...(await Promise.all(counts)), JSON.stringify(roles)].join('\n');
}

/** Long for a statement that is no sleep. */
const SLEPT_MS = 4_000;

const hit = ({ code, body }: RawAnswer, text: string, tookMs: number): string | null => {
  if (code === 'INTERNAL' || code === 'DEADLINE_EXCEEDED') return code;
  if (tookMs > SLEPT_MS) return 'slept';
  if (code !== null) return null;
  // A search by name shows what the name finds, or nothing.
  return namesIn(body).every((name) => isLike(name, text) || isLike(name, text.slice(0, NAME_CHARS).trim())) ? null : 'rows';
};

const Rows = Type.Object({ rows: Type.Array(Type.Object({ name: Type.String() })) });

/** Of a page of rows; what was made bears the name that it was given. */
const namesIn = (body: unknown): string[] => (matches<Static<typeof Rows>>(Rows, body) ? body.rows.map(({ name }) => name) : []);

const NAME_CHARS = 35;

test('30: SQL in names, filters, searches and sort keys', { timeout: 240_000 }, async ({ world, domain, task }) => {
  await furnish(world, domain.id);
  const { nats } = await world.busFor('gateway');
  const token = await world.tokens.user(domain.id);
  expect(namesIn((await rawRequest(nats, searchModules, { domainId: domain.id, token, payload: '{}' })).body)).toEqual(['A module']);
  const before = await stateOf(world, [domain.id]);
  const ask = async (contract: AnyRequest, input: object): Promise<RawAnswer> =>
    rawRequest(nats, contract, { domainId: domain.id, token, payload: JSON.stringify(input) });

  const attempts = (text: string): Promise<RawAnswer>[] => [
    ask(searchGameServers, { filters: { name: [text] } }),
    ask(searchModules, { search: { name: [text] } }),
    ask(searchPlayers, { search: { name: [text] } }),
    ask(searchPlayers, { sortBy: text, sortDirection: 'asc' }),
    ask(searchPlayers, { sortBy: 'name', sortDirection: text }),
    ask(searchPlayers, { filters: { [text]: ['x'] } }),
    ask(searchPlayers, { extend: [text] }),
    ask(createModule, { name: text.slice(0, NAME_CHARS) }),
  ];

  const guarded = async (): Promise<AttackVerdict> => {
    const hits: string[] = [];
    for (const text of SQL_CORPUS) {
      const begun = performance.now();
      for (const answer of await Promise.all(attempts(text))) {
        const found = hit(answer, text, performance.now() - begun);
        if (found !== null) hits.push(`${found}: ${text}`);
      }
    }
    const same = (await stateOf(world, [domain.id])).replace(/"module" .*\n/g, '') === before.replace(/"module" .*\n/g, '');
    expect(hits).toEqual([]);
    expect(same).toBe(true);
    return { harmed: hits.length > 0 || !same, seen: `${hits.length} hits in ${SQL_CORPUS.length} strings` };
  };

  await expectRefused(task, {
    row: 30,
    attack: 'SQL in names, filters, sort keys',
    tried: `${SQL_CORPUS.length} strings in 8 places`,
    refusedBy: 'values as parameters, names from contracts',
    guarded,
    control: { without: 'parameters: text put into text', attempt: () => concatenate(world, domain.id, 'value') },
  });
});

test('what looks like SQL is a name like any other', async ({ world, domain }) => {
  const gateway = await world.busFor('gateway');
  const as = { domainId: domain.id, token: await world.tokens.user(domain.id) };
  for (const name of [`x'; drop table "player"; --`, `Robert'); DROP--`, '$1 {schema} {platform}', '%_\\']) {
    const { id } = await gateway.call(createModule, { name }, as);
    expect((await gateway.call(getModule, { id }, as)).name).toBe(name);
  }
});
