import { consume, type Delivery, openDeadMessages, publishEvents, watchDomain } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import { eventSubject } from '@takaro/contracts/subjects';
import { expect } from 'vitest';
import { countsOf, domainId, events, PATIENT, placeOf, read, test, textOf } from './batch-world.ts';
import { eventOf } from './replica.ts';

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

test('events that are too large for one message travel in as few as they fit into', async ({ ends }) => {
  const seen: string[] = [];
  await using _ = await consume<EventEnvelope>(ends.events, { ...read, react: async (event) => void seen.push(textOf(event).slice(0, 2)) });
  const texts = Array.from({ length: 60 }, (_item, nr) => `${nr + 10}${'x'.repeat(15_000)}`);
  await publishEvents(ends.players, events(...texts));

  await expect.poll(() => seen, PATIENT).toEqual(texts.map((text) => text.slice(0, 2)));
  expect((await countsOf(ends)).stored).toBe(4);
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
