import { jetstreamManager } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { type Bus, consume, type Delivery, openDeadMessages, publishEvents, watchDomain } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { EventEnvelope } from '@takaro/contracts/event-envelope';
import { LIMITS } from '@takaro/contracts/limits';
import { durableName, eventSubject, laneOf } from '@takaro/contracts/subjects';
import { openWorld, type World } from '@takaro/testing/world';
import { test as base, expect } from 'vitest';
import { eventOf, openReplica, type Replica } from './replica.ts';

const PATIENT = { timeout: 60_000, interval: 50 };
const domainId = 'quiet-test-domain';
const read = { stream: 'EVENTS', schema: EventEnvelope } as const;
const textOf = ({ meta }: EventEnvelope): string => String(meta?.['msg']);
const events = (...texts: string[]): EventEnvelope[] => texts.map((text) => eventOf(domainId, text));
const placeOf = ({ streamEpoch, streamSeq, index }: Delivery): string => `${streamEpoch} ${streamSeq} ${index}`;

interface Ends {
  readonly world: World;
  readonly players: Bus;
  readonly events: Bus;
}

const test = base.extend<{ ends: Ends }>({
  ends: async ({}, use) => {
    await using world = await openWorld();
    await use({ world, players: await world.busFor('players'), events: await world.busFor('events') });
  },
});

const managerOf = async ({ world }: Ends) => jetstreamManager(await world.natsFor('setup'));

/** How many the stream has, and how many of those are not acknowledged. */
async function countsOf(ends: Ends): Promise<{ stored: number; open: number; dead: number }> {
  const manager = await managerOf(ends);
  const { num_ack_pending: open } = await manager.consumers.info('EVENTS', durableName('events', laneOf(domainId)));
  const [stored, dead] = await Promise.all(['EVENTS', 'DEAD'].map(async (name) => (await manager.streams.info(name)).state.messages));
  return { stored: stored ?? 0, open, dead: dead ?? 0 };
}

test('what is published together is one message, of which each is handled in its order, under its own subject', async ({ ends }) => {
  const seen: unknown[] = [];
  const react = async (event: EventEnvelope, { subject, index }: Delivery): Promise<void> =>
    void seen.push([textOf(event), subject, index]);
  await using _ = await consume<EventEnvelope>(ends.events, { ...read, react });

  await publishEvents(ends.players, [...events('one'), { ...eventOf(domainId, 'two'), name: 'player-death' }, ...events('three')]);
  await publishEvents(ends.players, events('alone'));
  await publishEvents(ends.players, []);

  const [chat, death] = ['chat-message', 'player-death'].map((name) => eventSubject(domainId, null, name));
  await expect
    .poll(() => seen)
    .toEqual([
      ['one', chat, 0],
      ['two', death, 1],
      ['three', chat, 2],
      ['alone', chat, 0],
    ]);
  await expect.poll(() => countsOf(ends), PATIENT).toEqual({ stored: 2, open: 0, dead: 0 });
});

test('under one id it is stored once, and what is of two places does not travel together', async ({ ends }) => {
  await publishEvents(ends.players, events('one', 'two'));
  await publishEvents(ends.players, events('one', 'two'));
  expect((await countsOf(ends)).stored).toBe(1);

  await expect(publishEvents(ends.players, [...events('here'), eventOf('other-test-domain', 'there')])).rejects.toThrow('last token');
  expect((await countsOf(ends)).stored).toBe(1);
});

test('who can handle all at once is given all; where that fails each is by itself, and one that cannot be is parked', async ({ ends }) => {
  const poison = new Set(['two']);
  const together: string[][] = [];
  const handled: [string, string][] = [];
  await using _ = await consume<EventEnvelope>(ends.events, {
    ...read,
    react: async (event, delivery) => {
      if (poison.has(textOf(event))) throw new ServiceError('INVALID_MESSAGE');
      handled.push([textOf(event), placeOf(delivery)]);
    },
    reactTogether: async (messages) => {
      together.push(messages.map(({ payload }) => textOf(payload)));
      if (messages.some(({ payload }) => poison.has(textOf(payload)))) throw new ServiceError('INVALID_MESSAGE');
    },
  });

  await publishEvents(ends.players, events('good', 'fine'));
  await publishEvents(ends.players, events('one', 'two', 'three'));
  await expect.poll(() => countsOf(ends), PATIENT).toEqual({ stored: 2, open: 0, dead: 1 });
  expect(together).toEqual([
    ['good', 'fine'],
    ['one', 'two', 'three'],
  ]);
  expect(handled.map(([text]) => text)).toEqual(['one', 'three']);

  // Put back, it has the place that it had.
  poison.clear();
  const dead = await openDeadMessages(await ends.world.busFor('tenancy'));
  const [parked] = (await dead.list({ after: 0, limit: 10 })).messages;
  expect(parked).toMatchObject({ subject: eventSubject(domainId, null, 'chat-message'), payload: expect.stringContaining('"two"') });
  expect(await dead.redrive(parked!.sequence)).toBe('redriven');
  await expect.poll(() => handled.length, PATIENT).toBe(3);
  const [[, first], , [last, place]] = handled as [[string, string], [string, string], [string, string]];
  expect([last, place]).toEqual(['two', first.replace(/ 0$/, ' 1')]);
});

test('what is sent again, by itself or with others, is handled once, unless it was parked and put back', async ({ ends }) => {
  const handled: string[] = [];
  let isBroken = true;
  await using _ = await consume<EventEnvelope>(ends.events, {
    ...read,
    idOf: ({ meta }) => (meta?.['msg'] === 'nameless' ? undefined : String(meta?.['msg'])),
    react: async (event) => {
      if (isBroken && textOf(event) === 'five') throw new ServiceError('INVALID_MESSAGE');
      handled.push(`${event.domainId === domainId ? '' : 'other '}${textOf(event)}`);
    },
    reactTogether: async (messages) => void handled.push(`together ${messages.map(({ payload }) => textOf(payload)).join(' ')}`),
  });

  for (const texts of [['one', 'two', 'one'], ['two', 'three'], ['three', 'one'], ['nameless', 'nameless'], ['five']])
    await publishEvents(ends.players, events(...texts));
  await publishEvents(ends.players, [eventOf('other-test-domain', 'one')]);
  await expect.poll(() => handled.toSorted(), PATIENT).toEqual(['other one', 'three', 'together nameless nameless', 'together one two']);

  await expect.poll(async () => (await countsOf(ends)).dead, PATIENT).toBe(1);
  isBroken = false;
  const dead = await openDeadMessages(await ends.world.busFor('tenancy'));
  const [parked] = (await dead.list({ after: 0, limit: 10 })).messages;
  await dead.redrive(parked!.sequence);
  await expect.poll(() => handled.at(-1), PATIENT).toBe('five');
});

test('of what travels together only the message that ends every process is parked', async ({ ends }) => {
  const handled: string[] = [];
  let lives = 0;
  let current: Replica | undefined;
  const live = async (): Promise<void> => {
    lives += 1;
    const react = async (event: EventEnvelope): Promise<void> => {
      if (textOf(event) !== 'poison') return void handled.push(textOf(event));
      await current?.kill();
      await new Promise<never>(() => undefined);
    };
    current = await openReplica(ends.world, react, { replica: 'events-1' });
  };
  await publishEvents(ends.players, events('before', 'poison', 'after'));
  await publishEvents(ends.players, events('later'));

  await live();
  const deadCount = async (): Promise<number> => {
    if (current?.bus.nats.isClosed()) await live();
    return (await countsOf(ends)).dead;
  };
  await expect.poll(deadCount, PATIENT).toBe(1);
  // The one before it twice as any message is, and once more when they became suspicious; not each time that the other is tried.
  const ofBatch = () => handled.filter((text) => text !== 'later');
  await expect.poll(ofBatch, PATIENT).toEqual(['before', 'before', 'before', 'after']);
  await expect.poll(() => handled, PATIENT).toContain('later');
  await expect.poll(async () => (await countsOf(ends)).open, PATIENT).toBe(0);
  const parked = await (await managerOf(ends)).streams.getMessage('DEAD', { last_by_subj: `dead.${domainId}.EVENTS` });
  expect(parked?.json()).toMatchObject({ error: { code: 'CRASHED' }, payload: expect.stringContaining('"poison"'), index: 1 });
  // Twice with the others, then by itself as often as any message.
  expect(lives).toBe(2 + LIMITS.deliveries + 1);
  await current?.[Symbol.asyncDispose]();
});

test('who stops in the middle finishes what it began, and nobody handles it again', async ({ ends }) => {
  const begun: string[] = [];
  const first = Promise.withResolvers<void>();
  const react = async (event: EventEnvelope): Promise<void> => {
    begun.push(textOf(event));
    await first.promise;
  };
  const stopping = await consume<EventEnvelope>(ends.events, { ...read, react });
  await publishEvents(ends.players, events('one', 'two', 'three'));
  await publishEvents(ends.players, events('next', 'but one'));
  await expect.poll(() => begun, PATIENT).toEqual(['one']);

  const stopped = stopping[Symbol.asyncDispose]();
  first.resolve();
  await stopped;
  expect(begun).toEqual(['one', 'two', 'three']);
  await using _ = await consume<EventEnvelope>(ends.events, { ...read, react });
  await expect.poll(() => begun, PATIENT).toEqual(['one', 'two', 'three', 'next', 'but one']);
});

test('what failed together because a part of the system is away is tried together again', async ({ ends }) => {
  const together: string[][] = [];
  await using _ = await consume<EventEnvelope>(ends.events, {
    ...read,
    react: async () => expect.unreachable(),
    reactTogether: async (messages) => {
      together.push(messages.map(({ payload }) => textOf(payload)));
      if (together.length < 3) throw new ServiceError('UNAVAILABLE');
    },
  });
  await publishEvents(ends.players, events('one', 'two'));
  await expect
    .poll(() => together, PATIENT)
    .toEqual([
      ['one', 'two'],
      ['one', 'two'],
      ['one', 'two'],
    ]);
  await expect.poll(() => countsOf(ends), PATIENT).toEqual({ stored: 1, open: 0, dead: 0 });
});

test('events that are too large for one message travel in as few as they fit into', async ({ ends }) => {
  const seen: string[] = [];
  await using _ = await consume<EventEnvelope>(ends.events, { ...read, react: async (event) => void seen.push(textOf(event).slice(0, 2)) });
  const texts = Array.from({ length: 60 }, (_item, nr) => `${nr + 10}${'x'.repeat(15_000)}`);
  await publishEvents(ends.players, events(...texts));

  await expect.poll(() => seen, PATIENT).toEqual(texts.map((text) => text.slice(0, 2)));
  expect((await countsOf(ends)).stored).toBe(4);
});

test('what was parked as one by who could not read it is read when it is put back', async ({ ends }) => {
  const seen: string[] = [];
  await using _ = await consume<EventEnvelope>(ends.events, {
    ...read,
    react: async (event, delivery) => void seen.push(`${textOf(event)} ${delivery.index}`),
  });
  const content = events('one', 'two').map((event) => [event.name, event]);
  await ends.players.publish(eventSubject(domainId, null, 'batch'), content, { msgId: 'as before there were batches' });
  await expect.poll(async () => (await countsOf(ends)).dead, PATIENT).toBe(1);
  expect(seen).toEqual([]);

  const dead = await openDeadMessages(await ends.world.busFor('tenancy'));
  const [parked] = (await dead.list({ after: 0, limit: 1 })).messages;
  expect(await dead.redrive(parked!.sequence)).toBe('redriven');
  await expect.poll(() => seen, PATIENT).toEqual(['one 0', 'two 1']);
});

test.for([
  'no list',
  [],
  [['chat-message']],
  [['chat-message', {}, {}]],
  [[7, {}]],
  [['other.place', {}]],
  [
    ['chat-message', {}],
    ['*', {}],
  ],
])('a message that says it is several and is %j is one that cannot be read, and does not hold up the rest', async (content, { ends }) => {
  const seen: string[] = [];
  await using _ = await consume<EventEnvelope>(ends.events, { ...read, react: async (event) => void seen.push(textOf(event)) });
  const sent = headers();
  sent.set('Takaro-Batch', '1');

  const { nats } = ends.players;
  await nats.request(eventSubject(domainId, null, 'batch'), JSON.stringify(content), { headers: sent, timeout: 20_000 });
  await publishEvents(ends.players, events('good', 'fine'));

  await expect.poll(() => seen, PATIENT).toEqual(['good', 'fine']);
  await expect.poll(() => countsOf(ends), PATIENT).toEqual({ stored: 2, open: 0, dead: 1 });
});

test('who watches a domain hears each', async ({ ends }) => {
  const heard: [string, boolean][] = [];
  const gateway = await ends.world.busFor('gateway');
  using _ = watchDomain(gateway, domainId, (event, bytes) => heard.push([textOf(event as EventEnvelope), bytes > 100]));
  await gateway.nats.flush();

  await publishEvents(ends.players, events('one', 'two'));
  await publishEvents(ends.players, events('three'));

  await expect
    .poll(() => heard)
    .toEqual([
      ['one', true],
      ['two', true],
      ['three', true],
    ]);
});
