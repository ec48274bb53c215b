import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { STREAM_NAMES } from '@takaro/contracts/services';
import { deleteDomain } from '@takaro/contracts/tenancy/domains';
import type { World } from '@takaro/testing/world';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { type Edges, startAllServices } from '../all-services.ts';
import { furnish } from '../refusals/furnish.ts';
import { type AttackVerdict, expectRefused } from './attack.ts';
import { askOn, openBusyGame, tellOn, untilRunning } from './busy-tenant.ts';
import { watchDroppedSchemas } from './dropped-schemas.ts';

let edges: Edges;
const test = worldTest(async (world) => {
  edges = await startAllServices(world);
});

/** Messages, schemas and rows that name the domain. */
async function leftOf(world: World, domainId: string): Promise<AttackVerdict> {
  const manager = await jetstreamManager(await world.natsFor('setup'));
  const messages = await Promise.all(
    STREAM_NAMES.map(async (name) => {
      const { state } = await manager.streams.info(name, { subjects_filter: `*.${domainId}.>` });
      return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
    }),
  );
  const [schema] = await world.adminSql<{ there: boolean }>('select to_regnamespace($1) is not null as "there"', [`"domain_${domainId}"`]);
  const lists = await world.adminSql<{ name: string }>(
    `select quote_ident(schemaname) as "name" from pg_tables where tablename = 'tenant'`,
  );
  const rows = await Promise.all(lists.map(({ name }) => world.adminSql(`select from ${name}."tenant" where "domainId" = $1`, [domainId])));
  const sum = messages.reduce((one, other) => one + other, 0);
  const kept = rows.flat().length;
  return { harmed: sum > 0 || schema?.there === true || kept > 0, seen: `${sum} messages, ${kept} rows, schema ${String(schema?.there)}` };
}

const STILL_MS = 2_000;

/** What is seen twice in a row: what was begun has told all that it tells. */
async function untilStill(look: () => Promise<AttackVerdict>): Promise<AttackVerdict> {
  for (let last = await look(); ;) {
    await delay(STILL_MS);
    const now = await look();
    if (now.seen === last.seen) return now;
    last = now;
  }
}

/** Ten times the figure: the machine has other work. */
const GONE_WITHIN_MS = 50_000;
const CLOSED_WITHIN_MS = 10_000;

const remove = async (world: World, id: string): Promise<number> => {
  const begun = performance.now();
  const gateway = await world.busFor('gateway');
  await gateway.call(deleteDomain, { id, hardDelete: true }, { token: await world.tokens.admin(), timeoutMs: GONE_WITHIN_MS });
  return Math.round(performance.now() - begun);
};

test('34: a tenant is removed for good while its game tells and its functions run', { timeout: 120_000 }, async ({ world, task }) => {
  const [victim, other] = [await world.domain(), await world.domain()];
  const gameServerId = await furnish(world, victim.id);
  await furnish(world, other.id);
  const before = await leftOf(world, victim.id);
  await using game = await openBusyGame(world, edges.connectorsUrl, victim.id);
  await using neighbour = await openBusyGame(world, edges.connectorsUrl, other.id);
  const asking = await askOn(world, other.id);
  await untilRunning(world, other.id);
  const telling = await tellOn(world, victim.id, gameServerId);
  const running = await untilRunning(world, victim.id);
  expect([running > 0, game.isOpen()], 'at the moment of the call').toEqual([true, true]);

  const tookMs = await remove(world, victim.id);
  const closedWith = await Promise.race([game.closed, delay(CLOSED_WITHIN_MS, null)]);
  await Promise.all([telling, asking].map((one) => one[Symbol.asyncDispose]()));

  // It told into its own stream to the end, and the other's game and functions noticed nothing.
  expect(telling.count()).toBeGreaterThan(0);
  expect(closedWith, 'its socket was closed').not.toBeNull();
  expect(neighbour.isOpen(), "the other's is open").toBe(true);
  await untilRunning(world, other.id);
  await expectRefused(task, {
    row: 34,
    attack: 'what a removed tenant leaves, and to whom',
    tried: 'removed for good under load',
    refusedBy: 'the steps of its removal',
    guarded: async () => {
      const tables = await leftOf(world, victim.id);
      const isLate = tookMs > GONE_WITHIN_MS;
      const onlyLate = /^\d+ messages, 0 rows, schema false$/.test(tables.seen);
      const errors = asking.errors.length;
      return { harmed: !onlyLate || errors > 0 || asking.count() === 0 || isLate, seen: `${errors} errors, ${tookMs} ms; ${tables.seen}` };
    },
    control: { without: 'removing it', attempt: async () => before },
  });
});

test('34: tenants that are removed at once are dropped in a transaction each', { timeout: 120_000 }, async ({ world, task }) => {
  const domains = [await world.domain(), await world.domain(), await world.domain()];
  const dropped = await watchDroppedSchemas(world.adminSql);
  const most = async (): Promise<AttackVerdict> => {
    const all = await dropped();
    const together = Math.max(0, ...all.map(({ length }) => length));
    return { harmed: together !== 1, seen: `${all.flat().length} schemas in ${all.length} transactions` };
  };

  await expectRefused(task, {
    row: 34,
    attack: 'removing tenants locks all their tables at once',
    tried: `${domains.length} removed at the same time`,
    refusedBy: 'one schema a transaction',
    guarded: async () => {
      await Promise.all(domains.map(({ id }) => remove(world, id)));
      expect((await dropped()).flat().toSorted()).toEqual(domains.map(({ id }) => `domain_${id}`).toSorted());
      return most();
    },
    control: {
      without: 'it: two in one',
      attempt: async () => {
        await world.adminSql('create schema "domain_one"; create schema "domain_two"');
        await world.adminSql('drop schema "domain_one" cascade; drop schema "domain_two" cascade');
        return most();
      },
    },
  });
});

test('nothing of a tenant that was removed is left in a stream', { timeout: 120_000 }, async ({ world, task }) => {
  const victim = await world.domain();
  await furnish(world, victim.id);
  // What is told while it is removed is the other test's.
  const before = await untilStill(() => leftOf(world, victim.id));
  const gateway = await world.busFor('gateway');
  await gateway.call(deleteDomain, { id: victim.id, hardDelete: true }, { token: await world.tokens.admin(), timeoutMs: 50_000 });
  await expectRefused(task, {
    row: 34,
    attack: 'reading what a removed tenant told',
    tried: 'every stream, schema and list',
    refusedBy: 'purge by subject, one schema a drop',
    guarded: () => leftOf(world, victim.id),
    control: { without: 'removing it', attempt: async () => before },
  });
});
