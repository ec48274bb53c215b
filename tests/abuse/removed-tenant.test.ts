import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import type { IngestEnvelope } from '@takaro/contracts/event-envelope';
import { newId } from '@takaro/contracts/ids';
import { searchModules } from '@takaro/contracts/modules/modules';
import { STREAM_NAMES } from '@takaro/contracts/services';
import { ingestSubject } from '@takaro/contracts/subjects';
import { deleteDomain } from '@takaro/contracts/tenancy/domains';
import type { World } from '@takaro/testing/world';
import { worldTest } from '@takaro/testing/world-test';
import { startAllServices } from '../all-services.ts';
import { furnish } from '../refusals/furnish.ts';
import { type AttackVerdict, expectRefused } from './attack.ts';

const test = worldTest(startAllServices);

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

test('34: a tenant is removed for good while its game tells and its functions run', { timeout: 120_000 }, async ({ world, task }) => {
  const [victim, other] = [await world.domain(), await world.domain()];
  await furnish(world, victim.id);
  const gateway = await world.busFor('gateway');
  const connectors = await world.busFor('connectors');
  const before = await leftOf(world, victim.id);
  let [stopped, errors, answered] = [false, 0, 0];
  const gameServerId = newId();
  const said = (domainId: string): IngestEnvelope => ({
    domainId,
    gameServerId,
    name: 'chat-message',
    receivedAt: new Date().toISOString(),
    gameTime: null,
    meta: { player: { gameId: '1', name: 'Bob', steamId: '76561198000000001' }, msg: 'hello', channel: 'global' },
  });
  // The game goes on, and so does the other tenant.
  const telling = (async () => {
    while (!stopped) {
      await connectors.publish(ingestSubject(victim.id, gameServerId, 'chat-message'), said(victim.id), { msgId: newId() });
      await delay(5);
    }
  })();
  const asking = (async () => {
    while (!stopped) {
      const as = { domainId: other.id, token: await world.tokens.user(other.id) };
      await gateway.call(searchModules, {}, as).then(
        () => (answered += 1),
        () => (errors += 1),
      );
    }
  })();

  const begun = performance.now();
  await gateway.call(deleteDomain, { id: victim.id, hardDelete: true }, { token: await world.tokens.admin(), timeoutMs: 50_000 });
  const tookMs = Math.round(performance.now() - begun);
  stopped = true;
  await Promise.all([telling, asking]);

  await expectRefused(task, {
    row: 34,
    attack: 'what a removed tenant leaves, and to whom',
    tried: 'removed for good under load',
    refusedBy: 'the steps of its removal',
    guarded: async () => {
      const tables = await leftOf(world, victim.id);
      const isLate = tookMs > 50_000;
      const onlyLate = /^\d+ messages, 0 rows, schema false$/.test(tables.seen);
      return { harmed: !onlyLate || errors > 0 || answered === 0 || isLate, seen: `${errors} errors, ${tookMs} ms; ${tables.seen}` };
    },
    control: { without: 'removing it', attempt: async () => before },
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
