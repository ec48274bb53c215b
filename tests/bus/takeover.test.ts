import { jetstreamManager } from '@nats-io/jetstream';
import { publishEvent } from '@takaro/bus';
import { LIMITS } from '@takaro/contracts/limits';
import { durableName, laneOf } from '@takaro/contracts/subjects';
import { openWorld } from '@takaro/testing/world';
import { test as base, expect } from 'vitest';
import { eventOf, openReplica, type Replica } from './replica.ts';

const PATIENT = { timeout: 60_000, interval: 50 };
const domainId = 'quiet-test-domain';
const others = Array.from({ length: 20 }, (_, index) => `other-test-domain-${index}`);
const durable = durableName('events', laneOf(domainId));

const test = base.extend('world', async ({}, { onCleanup }) => {
  const world = await openWorld();
  onCleanup(() => world[Symbol.asyncDispose]());
  return world;
});

test('a message that comes again while it is worked on is handled once', async ({ world }) => {
  const end = Promise.withResolvers<void>();
  const begun: unknown[] = [];
  await using replica = await openReplica(world, async ({ meta }) => {
    begun.push(meta?.['msg']);
    await end.promise;
  });
  const setup = await world.natsFor('setup');
  const manager = await jetstreamManager(setup);
  await publishEvent(await world.busFor('players'), eventOf(domainId, 'slow'));
  await expect.poll(() => begun, PATIENT).toEqual(['slow']);

  const { stream_seq: sequence } = (await manager.consumers.info('EVENTS', durable)).delivered;
  setup.publish(`$JS.ACK.EVENTS.${durable}.1.${sequence}.1.0.0`, '-NAK');
  await expect.poll(async () => (await manager.consumers.info('EVENTS', durable)).num_redelivered, PATIENT).toBe(1);
  await replica.bus.nats.flush();
  end.resolve();

  await expect.poll(async () => (await manager.consumers.info('EVENTS', durable)).num_ack_pending, PATIENT).toBe(0);
  expect(begun).toEqual(['slow']);
});

test('a message that ends every process that begins it is parked, and none of those that were in hand with it', async ({ world }) => {
  const handled = new Set<string>();
  let lives = 0;
  let current: Replica | undefined;
  const live = async (): Promise<void> => {
    lives += 1;
    current = await openReplica(
      world,
      async ({ domainId: domain, meta }) => {
        const text = String(meta?.['msg']);
        if (text !== 'poison') return void handled.add(`${domain} ${text}`);
        await current?.kill();
        await new Promise<never>(() => undefined);
      },
      { replica: 'events-1' },
    );
  };
  const players = await world.busFor('players');
  const texts = Array.from({ length: 30 }, (_, index) => String(index));
  for (const text of texts) await Promise.all(others.map((domain) => publishEvent(players, eventOf(domain, text))));
  await publishEvent(players, eventOf(domainId, 'before'));
  await publishEvent(players, eventOf(domainId, 'poison'));
  await publishEvent(players, eventOf(domainId, 'after'));
  const manager = await jetstreamManager(await world.natsFor('setup'));
  const dead = async () => (await manager.streams.info('DEAD')).state.messages;

  await live();
  await expect
    .poll(async () => {
      if (current?.bus.nats.isClosed()) await live();
      return dead();
    }, PATIENT)
    .toBe(1);

  const wanted = [...others.flatMap((domain) => texts.map((text) => `${domain} ${text}`)), `${domainId} before`, `${domainId} after`];
  await expect.poll(() => handled.size, PATIENT).toBe(wanted.length);
  const parked = await manager.streams.getMessage('DEAD', { last_by_subj: `dead.${domainId}.EVENTS` });
  expect(parked?.json()).toMatchObject({ error: { code: 'CRASHED' }, deliveryCount: LIMITS.deliveries + 1 });
  expect(lives).toBe(LIMITS.deliveries + 1);
  expect(await dead()).toBe(1);
  await current?.[Symbol.asyncDispose]();
});
