import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { type Msg, nanos } from '@nats-io/transport-node';
import { newId } from '@takaro/contracts/ids';
import { createHook } from '@takaro/contracts/modules/hooks';
import { eventSubject } from '@takaro/contracts/subjects';
import { startEventsProcess } from '@takaro/events/service';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect, vi } from 'vitest';
import { authorOf } from '../modules/author.ts';
import { addGameServer, readOrders, startModulesUnderTest, tell } from '../modules/modules-world.ts';
import { chat, personOn } from '../modules/people.ts';
import { type AttackVerdict, expectRefused } from './attack.ts';

let orders: Awaited<ReturnType<typeof readOrders>>;
const test = worldTest(async (world) => {
  await startModulesUnderTest(world);
  await world.start('events', startEventsProcess);
});
test.beforeAll(async ({ world }) => {
  orders = await readOrders(world);
});

const PATIENT = { timeout: 20_000, interval: 50 };
const WINDOW_MS = 200;
/** By then what was let through has been handled. */
const HANDLED_MS = 1_500;

interface Counts {
  readonly rows: number;
  readonly orders: number;
}

async function countsOf(world: World, domain: TestDomain): Promise<Counts> {
  const [row] = await world.adminSql<{ count: number }>(
    `select count(*)::integer as "count" from "domain_${domain.id}"."event" where "eventName" = 'chat-message'`,
  );
  return { rows: row?.count ?? 0, orders: orders.of(domain).length };
}

/** A chat that is kept in the history and runs a hook, as it was on the bus. */
async function capture(world: World, domain: TestDomain): Promise<Msg> {
  const gameServerId = await addGameServer(world, domain);
  const author = await authorOf(world, domain);
  const module = await author.module();
  await author.call(createHook, { name: 'hook', regex: '', eventType: 'chat-message', versionId: module.latestVersion.id });
  await author.install(module, gameServerId);
  const everything = await world.natsFor('setup');
  const heard = Promise.withResolvers<Msg>();
  everything.subscribe(eventSubject(domain.id, gameServerId, 'chat-message'), { max: 1, callback: (_error, one) => heard.resolve(one) });
  await everything.flush();
  await tell(world, chat(domain, personOn(gameServerId), 'hello'));
  await vi.waitFor(async () => expect(await countsOf(world, domain)).toEqual({ rows: 1, orders: 1 }), PATIENT);
  return heard.promise;
}

/** Publishes it again, in the name of another service that may tell events. Harmed when there are more rows or runs than before. */
async function replay(world: World, domain: TestDomain, { subject, headers }: Msg, data: string): Promise<AttackVerdict> {
  const before = await countsOf(world, domain);
  const nats = await world.natsFor('gameservers');
  nats.publish(subject, data, { ...(headers && { headers }) });
  await nats.flush();
  await delay(HANDLED_MS);
  const after = await countsOf(world, domain);
  const [rows, runs] = [after.rows - before.rows, after.orders - before.orders];
  return { harmed: rows + runs > 0, seen: `${rows} more rows, ${runs} more runs` };
}

/** The stream knows what it took again for two minutes; here for less. */
async function shortenWindow(world: World): Promise<void> {
  const { streams } = await jetstreamManager(await world.natsFor('setup'));
  await streams.update('EVENTS', { duplicate_window: nanos(WINDOW_MS) });
  await delay(2 * WINDOW_MS);
}

const storedCount = async (world: World, domain: TestDomain): Promise<number> => {
  const { streams } = await jetstreamManager(await world.natsFor('setup'));
  const { state } = await streams.info('EVENTS', { subjects_filter: `event.${domain.id}.*.*.chat-message` });
  return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
};

test('32: an event is replayed to the letter, at once and when the stream forgot it', async ({ world, domain, task }) => {
  const event = await capture(world, domain);
  const { id } = event.json<{ id: string }>();
  await expectRefused(task, {
    row: 32,
    attack: 'an event is replayed to the letter',
    tried: 'at once, and when the stream forgot it',
    refusedBy: 'its id: known to the stream, to its readers, and in what comes of it',
    guarded: async () => {
      const atOnce = await replay(world, domain, event, event.string());
      expect(await storedCount(world, domain), 'known by the stream').toBe(1);
      await shortenWindow(world);
      const later = await replay(world, domain, event, event.string());
      expect(await storedCount(world, domain), 'forgotten by the stream').toBe(2);
      return { harmed: atOnce.harmed || later.harmed, seen: `${atOnce.seen}; ${later.seen}` };
    },
    control: { without: 'it: under another', attempt: () => replay(world, domain, event, event.string().replaceAll(id, newId())) },
  });
});
