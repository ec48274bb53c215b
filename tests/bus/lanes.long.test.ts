import { setTimeout as delay } from 'node:timers/promises';
import { type JsMsg, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { type Bus, publishEvent } from '@takaro/bus';
import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import { LIMITS } from '@takaro/contracts/limits';
import { durableName, laneOf } from '@takaro/contracts/subjects';
import { openTcpProxy } from '@takaro/testing/tcp-proxy';
import { openWorld, type World } from '@takaro/testing/world';
import { test as base, expect, inject } from 'vitest';
import { eventOf, openReplica } from './replica.ts';

const PATIENT = { timeout: 60_000, interval: 50 };
/** One game server each, in as many domains, which lie in several lanes. */
const DOMAINS = Array.from({ length: 12 }, (_, index) => `busy-test-domain-${index}`);

const test = base.extend('world', async ({}, { onCleanup }) => {
  const world = await openWorld();
  onCleanup(() => world[Symbol.asyncDispose]());
  return world;
});

/** What happened to events that are numbered from 1 in each domain, by everybody who handled them. */
class Log {
  readonly handled = new Map<string, number[]>();
  readonly underWay = new Map<string, number>();
  readonly overlaps: string[] = [];
  readonly #paceMs: number;

  /** `paceMs`: what one takes at most. */
  constructor({ paceMs = 4 }: { readonly paceMs?: number } = {}) {
    this.#paceMs = paceMs;
  }

  async handle({ domainId, meta }: EventEnvelope, isDead: () => boolean): Promise<void> {
    const number = Number(meta?.['msg']);
    const already = this.underWay.get(domainId);
    if (already !== undefined) this.overlaps.push(`${domainId}: ${number} was begun while ${already} was under way`);
    this.underWay.set(domainId, number);
    await delay(Math.random() * this.#paceMs);
    this.underWay.delete(domainId);
    // What a killed process was about to do is not done.
    if (isDead()) await new Promise<never>(() => undefined);
    this.handled.set(domainId, [...(this.handled.get(domainId) ?? []), number]);
  }

  get count(): number {
    return new Set([...this.handled].flatMap(([domainId, numbers]) => numbers.map((number) => `${domainId} ${number}`))).size;
  }

  /** Numbers that came more than once, and those that came after a younger one came for the first time. */
  faults(): { doubled: string[]; late: string[] } {
    const doubled: string[] = [];
    const late: string[] = [];
    for (const [domainId, numbers] of this.handled) {
      const seen = new Set<number>();
      for (const number of numbers) {
        if (seen.has(number)) doubled.push(`${domainId} ${number}`);
        else if (number < Math.max(0, ...seen)) late.push(`${domainId}: ${number} after ${Math.max(...seen)}`);
        seen.add(number);
      }
    }
    return { doubled, late };
  }
}

/** Publishes 1, 2, 3, … in every domain until told to stop. Answers the last number. */
function talk(bus: Bus): () => Promise<number> {
  let stopped = false;
  const talking = (async () => {
    let number = 0;
    while (!stopped) {
      number += 1;
      await Promise.all(DOMAINS.map((domainId) => publishEvent(bus, eventOf(domainId, String(number)))));
      await delay(5);
    }
    return number;
  })();
  return () => {
    stopped = true;
    return talking;
  };
}

/** How many lanes each replica reads, by who pulls: the durables that somebody waits at. */
async function lanesRead(world: World): Promise<number> {
  const manager = await jetstreamManager(await world.natsFor('setup'));
  let read = 0;
  for await (const { name, num_waiting: waiting } of manager.consumers.list('EVENTS')) {
    if (name.startsWith('events-') && waiting > 0) read += 1;
  }
  return read;
}

async function holders(world: World): Promise<number[]> {
  const manager = await jetstreamManager(await world.natsFor('setup'));
  const entry = await manager.streams.getMessage('KV_lanes', { last_by_subj: '$KV.lanes.events' });
  const names = Object.values(Object(entry?.json<{ holders: object }>().holders)).map(String);
  return [...Map.groupBy(names, (name) => name).values()].map((lanes) => lanes.length).toSorted((a, b) => a - b);
}

/** How many lanes each of several replicas is to hold. */
const sharesOf = (replicas: number): number[] =>
  Array.from({ length: replicas }, (_, index) => Math.floor((LIMITS.lanes + index) / replicas));

test('a replica alone reads all lanes at once; others get their even share and take over what is left', async ({ world }) => {
  const react = async (): Promise<void> => undefined;
  const first = await openReplica(world, react);
  expect(await holders(world)).toEqual(sharesOf(1));
  await expect.poll(() => lanesRead(world), PATIENT).toBe(LIMITS.lanes);

  await using second = await openReplica(world, react);
  await expect.poll(() => holders(world), PATIENT).toEqual(sharesOf(2));
  await using third = await openReplica(world, react);
  await expect.poll(() => holders(world), PATIENT).toEqual(sharesOf(3));

  await first[Symbol.asyncDispose]();
  await expect.poll(() => holders(world), PATIENT).toEqual(sharesOf(2));
  await second[Symbol.asyncDispose]();
  await expect.poll(() => holders(world), PATIENT).toEqual(sharesOf(1));
  await expect.poll(() => lanesRead(world), PATIENT).toBe(LIMITS.lanes);
  expect(third.bus.link.isUp).toBe(true);
});

test(
  'events keep their order, one at a time, while a replica is killed, another joins and one leaves',
  { timeout: 120_000 },
  async ({ world }) => {
    const log = new Log();
    const open = () => openReplica(world, (event, isDead) => log.handle(event, isDead));
    const first = await open();
    await using _second = await open();
    const stop = talk(await world.busFor('players'));
    await expect.poll(() => log.count, PATIENT).toBeGreaterThan(500);

    await using third = await open();
    await expect.poll(() => holders(world), PATIENT).toEqual(sharesOf(3));
    const before = log.count;
    await expect.poll(() => log.count, PATIENT).toBeGreaterThan(before + 500);
    const { doubled } = log.faults();
    await third[Symbol.asyncDispose]();
    await expect.poll(() => holders(world), PATIENT).toEqual(sharesOf(2));
    // Nothing was killed yet: nobody does anything twice because lanes went from one to another.
    expect([...doubled, ...log.faults().doubled]).toEqual([]);

    await first.kill();
    log.underWay.clear();
    await expect.poll(() => holders(world), PATIENT).toEqual(sharesOf(1));
    const last = await stop();

    await expect.poll(() => log.count, PATIENT).toBe(last * DOMAINS.length);
    expect(log.faults().late).toEqual([]);
    expect(log.overlaps).toEqual([]);
  },
);

test(
  'a replica that is cut off stops by itself before others take its lanes, and gets its share again',
  { timeout: 120_000 },
  async ({ world }) => {
    const log = new Log({ paceMs: 30 });
    await using way = await openTcpProxy(Number(new URL(inject('servers').natsUrl).port));
    const react = (event: EventEnvelope, isDead: () => boolean): Promise<void> => log.handle(event, isDead);
    const players = await world.busFor('players');
    // More than it could do before its lease is over.
    const numbers = Array.from({ length: 600 }, (_, index) => String(index + 1));
    for (const number of numbers) await Promise.all(DOMAINS.map((domainId) => publishEvent(players, eventOf(domainId, number))));
    await using _first = await openReplica(world, react, { natsUrl: `nats://127.0.0.1:${way.port}` });
    await expect.poll(() => log.count, PATIENT).toBeGreaterThan(100);

    way.cut();
    await using _second = await openReplica(world, react);
    await expect.poll(() => holders(world), PATIENT).toEqual(sharesOf(1));
    way.mend();
    await expect.poll(() => holders(world), PATIENT).toEqual(sharesOf(2));

    await expect.poll(() => log.count, PATIENT).toBe(numbers.length * DOMAINS.length);
    expect(log.overlaps).toEqual([]);
  },
);

test('the same check finds the disorder of two who read the same lanes without a lease', async ({ world }) => {
  const log = new Log();
  const numbers = Array.from({ length: 100 }, (_, index) => index + 1);
  const bus = await world.busFor('players');
  for (const number of numbers) await publishEvent(bus, eventOf('busy-test-domain-0', String(number)));

  const open = async () => {
    const js = jetstream((await world.contextFor('events')).bus.nats);
    return js.consumers.get('EVENTS', durableName('events', laneOf('busy-test-domain-0')));
  };
  const readers = await Promise.all([open(), open()]);
  // Each has its half in hand before either begins, however slow the machine is.
  const halves = await Promise.all(
    readers.map(async (reader) => {
      const half: JsMsg[] = [];
      for await (const message of await reader.fetch({ max_messages: numbers.length / 2, expires: 20_000 })) half.push(message);
      return half;
    }),
  );
  expect(halves.map(({ length }) => length)).toEqual([50, 50]);
  for (const half of halves)
    void (async () => {
      for (const message of half) await log.handle(message.json<EventEnvelope>(), () => false);
    })();

  await expect.poll(() => log.count, PATIENT).toBe(numbers.length);
  expect(log.overlaps).not.toEqual([]);
  expect(log.faults().late).not.toEqual([]);
});
