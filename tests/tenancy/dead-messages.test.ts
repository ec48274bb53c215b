import { consume, type Delivery } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { bareEvent, EventEnvelope } from '@takaro/contracts/event-envelope';
import { newId } from '@takaro/contracts/ids';
import { deadSubject, eventSubject } from '@takaro/contracts/subjects';
import { dropDeadMessages, redriveDeadMessages, searchDeadMessages } from '@takaro/contracts/tenancy/dead-messages';
import type { World } from '@takaro/testing/world';
import { expect } from 'vitest';
import { tenancyTest } from './tenancy-test.ts';

const PATIENT = { timeout: 20_000 };

interface Consumer {
  /** Texts that cannot be handled, until they are taken out. */
  readonly poison: Set<string>;
  readonly handled: { readonly text: string; readonly delivery: Delivery }[];
}

const consumers = new WeakMap<World, Consumer>();

/** The history of events in the place of the service: it gives up on what is poison. */
async function consumerIn(world: World): Promise<Consumer> {
  const known = consumers.get(world);
  if (known) return known;
  const consumer: Consumer = { poison: new Set(), handled: [] };
  consumers.set(world, consumer);
  await consume<EventEnvelope>(await world.busFor('events'), {
    stream: 'EVENTS',
    schema: EventEnvelope,
    react: async ({ meta }, delivery) => {
      const text = String(meta?.['msg']);
      if (consumer.poison.has(text)) throw new ServiceError('INVALID_MESSAGE');
      consumer.handled.push({ text, delivery });
    },
  });
  return consumer;
}

const test = tenancyTest().extend<{ consumer: Consumer }>({ consumer: async ({ world }, use) => use(await consumerIn(world)) });

let messages = 0;

/** Tells an event that will be parked. */
async function tellPoison(world: World, { poison }: Consumer, domainId: string) {
  const text = `poison ${(messages += 1)}`;
  poison.add(text);
  const event: EventEnvelope = bareEvent({
    name: 'chat-message',
    domainId,
    occurredAt: '2026-01-01T00:00:00.000Z',
    meta: { msg: text },
  });
  const bus = await world.busFor('players');
  const subject = eventSubject(domainId, null, event.name);
  const publish = () => bus.publish(subject, event, { msgId: event.id });
  const { seq } = await publish();
  return { text, subject, seq, publish };
}

test('what was parked is listed with its error, and driven again it is parked again or handled', async ({
  world,
  domain,
  consumer,
  asAdmin,
}) => {
  const listed = () => asAdmin(searchDeadMessages, { domainId: domain.id, stream: 'EVENTS' });
  const { text, subject, seq, publish } = await tellPoison(world, consumer, domain.id);
  await expect.poll(async () => (await listed()).total, PATIENT).toBe(1);
  const [parked] = (await listed()).messages;
  expect(parked).toMatchObject({ domainId: domain.id, stream: 'EVENTS', subject, deliveries: 1, drivable: true });
  expect(parked).toMatchObject({ error: { code: 'INVALID_MESSAGE' }, payload: expect.stringContaining(text) });
  // The control: under its own id the stream would not take it.
  expect(await publish()).toMatchObject({ duplicate: true });

  const first = parked!.sequence;
  expect(await asAdmin(redriveDeadMessages, { sequences: [first] })).toEqual({ redriven: [first], missing: [], refused: [] });
  await expect.poll(async () => (await listed()).messages.map(({ sequence }) => sequence > first), PATIENT).toEqual([true]);
  consumer.poison.delete(text);
  const [again] = (await listed()).messages;
  await asAdmin(redriveDeadMessages, { sequences: [again!.sequence] });

  const handled = () => consumer.handled.filter((one) => one.text === text).map(({ delivery }) => delivery.streamSeq);
  await expect.poll(handled, PATIENT).toEqual([seq]);
  expect(await listed()).toEqual({ messages: [], total: 0, next: null });
  expect(await asAdmin(redriveDeadMessages, { sequences: [first] })).toEqual({ redriven: [], missing: [first], refused: [] });
});

test('the list goes page by page, by domain and stream, and what is dropped is gone', async ({
  world,
  domain,
  otherDomain,
  consumer,
  asAdmin,
}) => {
  for (const tenant of [domain, otherDomain, domain, domain]) await tellPoison(world, consumer, tenant.id);
  const page = (after: number, limit: number) => asAdmin(searchDeadMessages, { domainId: domain.id, after, limit });
  await expect.poll(async () => (await page(0, 1)).total, PATIENT).toBe(3);

  const one = await page(0, 2);
  const two = await page(one.next ?? 0, 2);

  expect([one.messages.length, two.messages.length, two.next]).toEqual([2, 1, null]);
  const sequences = [...one.messages, ...two.messages].map(({ sequence }) => sequence);
  expect(new Set(sequences).size).toBe(3);
  expect((await asAdmin(searchDeadMessages, { domainId: domain.id, stream: 'INGEST' })).total).toBe(0);
  expect((await asAdmin(searchDeadMessages, {})).total).toBeGreaterThanOrEqual(4);
  expect(await asAdmin(dropDeadMessages, { sequences })).toEqual({ dropped: sequences, missing: [] });
  expect(await asAdmin(dropDeadMessages, { sequences: sequences.slice(0, 1) })).toEqual({ dropped: [], missing: sequences.slice(0, 1) });
  expect((await page(0, 2)).total).toBe(0);
  expect((await asAdmin(searchDeadMessages, { domainId: otherDomain.id })).total).toBe(1);
});

test('what says that it came from another domain or stream, or is not all there, is not driven', async ({
  world,
  domain,
  otherDomain,
  asAdmin,
}) => {
  const bus = await world.busFor('runner');
  const parked = {
    stream: 'EVENTS',
    consumer: 'runner-0',
    subject: eventSubject(domain.id, null, 'chat-message'),
    streamSequence: 1,
    streamEpoch: '2026-01-01T00:00:00Z',
    deliveryCount: 5,
    error: { code: 'INTERNAL', cause: '' },
    payload: '{}',
  };
  const forged = [
    { ...parked, subject: eventSubject(otherDomain.id, null, 'chat-message') },
    { ...parked, subject: `execution.${domain.id}.0.hook` },
    { ...parked, subject: `event.${domain.id}.*.>` },
    { ...parked, truncated: true },
    'not as it is parked',
  ];
  for (const payload of forged) await bus.publish(deadSubject(domain.id, 'EVENTS'), payload, { msgId: newId() });
  const { messages: listed } = await asAdmin(searchDeadMessages, { domainId: domain.id });
  expect(listed.map(({ drivable }) => drivable)).toEqual(forged.map(() => false));
  const sequences = listed.map(({ sequence }) => sequence);

  expect(await asAdmin(redriveDeadMessages, { sequences })).toEqual({ redriven: [], missing: [], refused: sequences });

  expect((await asAdmin(searchDeadMessages, { domainId: domain.id })).total).toBe(forged.length);
});
