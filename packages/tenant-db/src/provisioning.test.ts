import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTenantSchema, dropTenantSchema, type TenantDb } from './index.ts';
import { Thing, THING_FILES } from './test-thing.ts';
import { ask, newTenant, openTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let players: TenantDb;

beforeAll(async () => {
  world = await openTestWorld();
  players = await world.open('players', { files: THING_FILES, entities: [Thing] });
});
afterAll(() => world[Symbol.asyncDispose]());

const tablesOf = async (domainId: string): Promise<string[]> => {
  const rows = await world.query<{ name: string }>(
    `select table_name as "name" from information_schema.tables where table_schema = $1 order by 1`,
    [`domain_${domainId}`],
  );
  return rows.map(({ name }) => name);
};

describe('provisioning', () => {
  test('every step may be repeated', async () => {
    await createTenantSchema(world.tenancy, 'twice');
    await createTenantSchema(world.tenancy, 'twice');
    for (const step of ['provision-domain', 'provision-domain', 'link-domain', 'link-domain'] as const) await ask(players, step, 'twice');

    expect(await tablesOf('twice')).toEqual(['thing']);
    expect(await players.domains()).toContain('twice');

    for (const step of ['remove-domain', 'remove-domain'] as const) await ask(players, step, 'twice');
    await dropTenantSchema(world.tenancy, 'twice');
    await dropTenantSchema(world.tenancy, 'twice');
    expect(await players.domains()).not.toContain('twice');
  });

  test('the schema of a tenant holds the tables of the services and nothing else', async () => {
    const id = await newTenant(world, [players]);

    expect(await tablesOf(id)).toEqual(['thing']);
  });

  test('a domain that was removed is unknown, and comes back clean when it is made again', async () => {
    const id = await newTenant(world, [players]);
    await players.transaction(id, async (tx) => {
      tx.em.create(Thing, { name: 'old', amount: 1 });
      await tx.schedule({ kind: 'rot', key: 'a', dueAt: new Date() });
    });

    await ask(players, 'remove-domain', id);
    await dropTenantSchema(world.tenancy, id);

    await expect(players.em(id)).rejects.toMatchObject({ code: 'DOMAIN_UNKNOWN' });
    expect(await world.query(`select from "takaro_players"."migration" where "domainId" = $1`, [id])).toEqual([]);
    expect(await world.query(`select from "takaro_players"."due" where "domainId" = $1`, [id])).toEqual([]);
    await newTenant(world, [players], id);
    expect(await players.sql(id, 'select "name" from {schema}."thing"')).toEqual([]);
  });

  test('a copy of the service that still believes in a removed domain answers that it is unknown', async () => {
    const other = await world.open('players', { files: THING_FILES, entities: [Thing] });
    const id = await newTenant(world, [players]);
    await other.sql(id, 'select from {schema}."thing"');

    await ask(players, 'remove-domain', id);
    await dropTenantSchema(world.tenancy, id);

    await expect(other.sql(id, 'select from {schema}."thing"')).rejects.toMatchObject({ code: 'DOMAIN_UNKNOWN' });
    await expect(other.em(id)).rejects.toMatchObject({ code: 'DOMAIN_UNKNOWN' });
  });

  test('a copy of the service finds a domain that another copy was asked to provision', async () => {
    const other = await world.open('players', { files: THING_FILES, entities: [Thing] });
    await createTenantSchema(world.tenancy, 'late-comer');
    await expect(other.em('late-comer')).rejects.toMatchObject({ code: 'DOMAIN_UNKNOWN' });

    await ask(players, 'provision-domain', 'late-comer');

    expect(await (await other.em('late-comer')).count(Thing)).toBe(0);
  });

  test('without the schema of the tenant there is nothing to provision', async () => {
    await expect(ask(players, 'provision-domain', 'no-schema')).rejects.toMatchObject({ code: 'DOMAIN_UNKNOWN' });

    expect(await players.domains()).not.toContain('no-schema');
  });

  test('a cell that the service does not know is refused', async () => {
    const [provision] = players.provisioningAnswers();

    const asked = provision!.handle({ cell: 'elsewhere' }, { domainId: 'x', claims: null, token: null, deadline: 0 });

    await expect(asked).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
