import { headers } from '@nats-io/transport-node';
import { consume, openDeadMessages, publishEvents } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import { LIMITS } from '@takaro/contracts/limits';
import { eventSubject } from '@takaro/contracts/subjects';
import { expect } from 'vitest';
import { countsOf, domainId, events, managerOf, PATIENT, read, test, textOf } from './batch-world.ts';
import { openReplica, type Replica } from './replica.ts';

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
