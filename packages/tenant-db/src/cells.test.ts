import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTenantSchema, dropTenantSchema, openTenantDb, type TenantDb } from './index.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';
import { Thing, THING_FILES } from './test-thing.ts';
import { newTenant, openTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let second: TestDatabase;
let players: TenantDb;
let tenancy: TenantDb;

beforeAll(async () => {
  [world, second] = await Promise.all([openTestWorld(), openTestDatabase()]);
  players = await world.open('players', { files: THING_FILES, entities: [Thing], cells: { second: second.urlOf('players') } });
  tenancy = await world.open('tenancy', { files: {}, cells: { second: second.urlOf('tenancy') } });
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await second[Symbol.asyncDispose]();
});

const caller = (domainId: string) => ({ domainId, claims: null, token: null, deadline: 0 });

describe('cells', () => {
  test('a tenant in a second database is used like any other', async () => {
    const here = await newTenant(world, [players]);
    await createTenantSchema(tenancy, 'far-away', 'second');
    for (const { handle } of players.provisioningAnswers().slice(0, 2)) await handle({ cell: 'second' }, caller('far-away'));
    const noon = new Date('2026-06-01T12:00:00Z');

    for (const id of [here, 'far-away']) {
      await players.transaction(id, async (tx) => {
        tx.em.create(Thing, { name: id });
        await tx.schedule({ kind: 'note', key: 'a', dueAt: noon });
      });
    }

    expect(await players.sql('far-away', 'select "name" from {schema}."thing"')).toEqual([{ name: 'far-away' }]);
    expect(await (await players.em('far-away')).count(Thing)).toBe(1);
    expect((await players.domains()).toSorted()).toEqual(['far-away', here].toSorted());
    const seen: string[] = [];
    await players.takeDue({ kind: 'note', now: noon, limit: 10 }, async ({ domainId }) => void seen.push(domainId));
    expect(seen.toSorted()).toEqual(['far-away', here].toSorted());
    expect(await world.query(`select to_regnamespace('"domain_far-away"') as "there"`)).toEqual([{ there: null }]);
    expect(await players.migrateAll()).toMatchObject({ unchanged: 2 });
    await expect(dropTenantSchema(tenancy, 'far-away', 'second')).rejects.toMatchObject({ code: '55006' });
    await players.provisioningAnswers()[2]?.handle({ cell: 'second' }, caller('far-away'));
    await dropTenantSchema(tenancy, 'far-away', 'second');
  });

  test('a service that cannot reach one of its databases does not open', async () => {
    const opening = openTenantDb({
      service: 'players',
      databaseUrl: world.urlOf('players'),
      cells: { nowhere: 'postgres://takaro_players:secret@127.0.0.1:1/postgres' },
      entities: [],
      folder: await world.folder({}),
      log: pino({ level: 'silent' }),
    });

    await expect(opening).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
