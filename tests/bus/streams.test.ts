import { consume, publishEvent } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { bareEvent, EventEnvelope } from '@takaro/contracts/event-envelope';
import { deriveId, newId } from '@takaro/contracts/ids';
import { LIMITS } from '@takaro/contracts/limits';
import { laneOf } from '@takaro/contracts/subjects';
import { openWorld } from '@takaro/testing/world';
import { test as base, expect } from 'vitest';

const test = base.extend('ends', async ({}, { onCleanup }) => {
  const world = await openWorld();
  onCleanup(() => world[Symbol.asyncDispose]());
  return { players: await world.busFor('players'), events: await world.busFor('events') };
});

const domainId = 'quiet-test-domain';
const eventOf = (text: string, gameServerId: string | null = null): EventEnvelope =>
  bareEvent({
    id: deriveId(text),
    name: 'chat-message',
    domainId,
    occurredAt: '2026-01-01T00:00:00.000Z',
    gameServerId,
    meta: { msg: text },
  });
const textOf = (event: EventEnvelope): unknown => event.meta?.['msg'];
const read = { stream: 'EVENTS', schema: EventEnvelope } as const;

test('an event published twice under one id is delivered once', async ({ ends: { players, events } }) => {
  const seen: unknown[] = [];
  await using _ = await consume<EventEnvelope>(events, { ...read, react: async (event) => void seen.push(textOf(event)) });

  for (const text of ['one', 'one', 'two']) await publishEvent(players, eventOf(text));

  await expect.poll(() => seen).toEqual(['one', 'two']);
});

test('events of one game server are handled in order although an earlier one fails at first', async ({ ends: { players, events } }) => {
  const seen: unknown[] = [];
  const server = newId();
  let failures = 2;
  const react = async (event: EventEnvelope): Promise<void> => {
    if (textOf(event) === 'two' && failures > 0) {
      failures -= 1;
      throw new Error('not yet');
    }
    seen.push(textOf(event));
  };
  await using _ = await consume<EventEnvelope>(events, { ...read, react });

  for (const text of ['one', 'two', 'three']) await publishEvent(players, eventOf(text, server));

  await expect.poll(() => seen, { timeout: 10_000 }).toEqual(['one', 'two', 'three']);
});

test('what can never be handled is parked with its error and does not hold up the rest', async ({ ends: { players, events } }) => {
  const seen: unknown[] = [];
  const parked: unknown[] = [];
  const server = newId();
  const publish = events.publish.bind(events);
  const spied = Object.assign(events, {
    publish: async (subject: string, payload: unknown, options: { msgId: string }) => {
      parked.push({ subject, payload });
      return publish(subject, payload, options);
    },
  });
  await using _ = await consume<EventEnvelope>(spied, { ...read, react: async (event) => void seen.push(textOf(event)) });

  await players.publish(`event.${domainId}.${laneOf(domainId)}.${server}.chat-message`, { nonsense: true }, { msgId: 'bad' });
  await publishEvent(players, eventOf('good', server));

  await expect.poll(() => seen).toEqual(['good']);
  expect(parked).toMatchObject([{ subject: `dead.${domainId}.EVENTS`, payload: { error: { code: 'INVALID_MESSAGE' }, deliveryCount: 1 } }]);
});

test('what fails because a part of the system is away waits for as long as that lasts', async ({ ends: { players, events } }) => {
  const seen: unknown[] = [];
  let tries = 0;
  const react = async (event: EventEnvelope): Promise<void> => {
    tries += 1;
    if (tries <= LIMITS.deliveries + 2) throw new ServiceError('UNAVAILABLE');
    seen.push(textOf(event));
  };
  await using _ = await consume<EventEnvelope>(events, { ...read, react });

  await publishEvent(players, eventOf('patient'));

  await expect.poll(() => seen, { timeout: 20_000 }).toEqual(['patient']);
});

test('what is not answered in time is tried more often than other failures, and parked in the end', async ({
  ends: { players, events },
}) => {
  const seen: unknown[] = [];
  const tries = new Map<unknown, number>();
  const react = async (event: EventEnvelope): Promise<void> => {
    const turn = (tries.get(textOf(event)) ?? 0) + 1;
    tries.set(textOf(event), turn);
    if (textOf(event) === 'never' || turn <= LIMITS.deliveries + 2) throw new ServiceError('DEADLINE_EXCEEDED');
    seen.push(textOf(event));
  };
  await using _ = await consume<EventEnvelope>(events, { ...read, react, lateDelaysMs: Array.from({ length: 9 }, () => 100) });
  const server = newId();

  for (const text of ['late', 'never', 'late too']) await publishEvent(players, eventOf(text, server));

  await expect.poll(() => seen, { timeout: 20_000 }).toEqual(['late', 'late too']);
  expect(tries.get('never')).toBe(2 * LIMITS.deliveries);
});

test('what is larger than a stream takes is refused for good', async ({ ends: { players } }) => {
  const huge = { ...eventOf('huge'), meta: { msg: 'x'.repeat(LIMITS.streamMessageBytes) } };

  await expect(publishEvent(players, huge)).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
});

test('what a stopping process had not begun is given back and handled by the next', async ({ ends: { players, events } }) => {
  const first = Promise.withResolvers<void>();
  const begun: unknown[] = [];
  const server = newId();
  const stopping = await consume<EventEnvelope>(events, {
    ...read,
    react: async (event) => {
      begun.push(textOf(event));
      await first.promise;
    },
  });
  for (const text of ['one', 'two', 'three']) await publishEvent(players, eventOf(text, server));
  await expect.poll(() => begun).toEqual(['one']);

  const stopped = stopping[Symbol.asyncDispose]();
  first.resolve();
  await stopped;
  const seen: unknown[] = [];
  await using _ = await consume<EventEnvelope>(events, { ...read, react: async (event) => void seen.push(textOf(event)) });

  await expect.poll(() => seen, { timeout: 20_000 }).toEqual(['two', 'three']);
  expect(begun).toEqual(['one']);
});

test('a message that hardly fits into one is parked in part, rather than coming back for ever', async ({ ends: { players, events } }) => {
  const parked: unknown[] = [];
  const publish = events.publish.bind(events);
  const spied = Object.assign(events, {
    publish: async (...args: Parameters<typeof publish>) => {
      const stored = await publish(...args);
      parked.push(args[1]);
      return stored;
    },
  });
  await using _ = await consume<EventEnvelope>(spied, { ...read, react: async () => undefined });

  await players.publish(`event.${domainId}.${laneOf(domainId)}._.chat-message`, { text: '"'.repeat(120_000) }, { msgId: 'huge' });

  await expect.poll(() => parked).toMatchObject([{ error: { code: 'INVALID_MESSAGE' }, truncated: true }]);
});

test('a token that is refused is no fault of the message: it is tried again', async ({ ends: { players, events } }) => {
  const seen: unknown[] = [];
  let refusals = 2;
  const react = async (event: EventEnvelope): Promise<void> => {
    if (refusals > 0) {
      refusals -= 1;
      throw new ServiceError('TOKEN_REFUSED');
    }
    seen.push(textOf(event));
  };
  await using _ = await consume<EventEnvelope>(events, { ...read, react });

  await publishEvent(players, eventOf('after the clock was set'));

  await expect.poll(() => seen).toEqual(['after the clock was set']);
});
