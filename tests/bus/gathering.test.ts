import { jetstreamManager } from '@nats-io/jetstream';
import { consume, publishEvent } from '@takaro/bus';
import { EventEnvelope } from '@takaro/contracts/event-envelope';
import { durableName, laneOf } from '@takaro/contracts/subjects';
import { openWorld } from '@takaro/testing/world';
import { test as base, expect } from 'vitest';
import { eventOf } from './replica.ts';

const PATIENT = { timeout: 60_000, interval: 50 };
const domainId = 'quiet-test-domain';
/** Long enough that nothing comes before it is over because the machine is slow. */
const GATHER_MS = 1_500;
const numbers = (count: number): string[] => Array.from({ length: count }, (_, nr) => `${nr}`);

const test = base.extend('ends', async ({}, { onCleanup }) => {
  const world = await openWorld();
  onCleanup(() => world[Symbol.asyncDispose]());
  const manager = await jetstreamManager(await world.natsFor('setup'));
  const infoOf = () => manager.consumers.info('EVENTS', durableName('events', laneOf(domainId)));
  const seen: string[] = [];
  const read = (gatherMs: number) =>
    world.busFor('events').then((bus) =>
      consume<EventEnvelope>(bus, {
        stream: 'EVENTS',
        schema: EventEnvelope,
        gatherMs,
        react: async ({ meta }) => void seen.push(String(meta?.['msg'])),
      }),
    );
  const players = await world.busFor('players');
  const tell = async (texts: readonly string[]): Promise<void> => {
    for (const text of texts) await publishEvent(players, eventOf(domainId, text));
  };
  return { world, manager, infoOf, seen, read, tell };
});

test('the first after a silence comes at once, what follows lies for a while and comes together, in its order', async ({ ends }) => {
  await using _ = await ends.read(GATHER_MS);
  await ends.tell(['first']);
  await expect.poll(() => ends.seen, { timeout: GATHER_MS - 500 }).toEqual(['first']);

  await ends.tell(numbers(20));
  expect(ends.seen).toEqual(['first']);
  expect(await ends.infoOf()).toMatchObject({ num_pending: 20 });

  await expect.poll(() => ends.seen, PATIENT).toEqual(['first', ...numbers(20)]);
  await expect.poll(ends.infoOf, PATIENT).toMatchObject({ num_pending: 0, num_ack_pending: 0 });
  // It goes on, with a silence between.
  await ends.tell(['last']);
  await expect.poll(() => ends.seen.at(-1), PATIENT).toBe('last');
});

test('more than fits into one armful comes without a pause', async ({ ends }) => {
  await ends.tell(numbers(1_200));
  await using _ = await ends.read(10);
  await expect.poll(() => ends.seen.length, PATIENT).toBe(1_200);
  expect(ends.seen).toEqual(numbers(1_200));
});

test('who stops while something lies does not wait for it, and leaves it to the next', async ({ ends }) => {
  const reading = await ends.read(600_000);
  await ends.tell(['first']);
  await expect.poll(() => ends.seen, PATIENT).toEqual(['first']);
  await ends.tell(['left']);

  await reading[Symbol.asyncDispose]();
  expect(ends.seen).toEqual(['first']);
  await using _ = await ends.read(10);
  await expect.poll(() => ends.seen, PATIENT).toEqual(['first', 'left']);
});

test('what is told after the consumer was made anew comes, too', async ({ ends }) => {
  await using _ = await ends.read(100);
  await ends.tell(['first']);
  await expect.poll(() => ends.seen, PATIENT).toEqual(['first']);
  const { name, config } = await ends.infoOf();
  // What is not acknowledged yet is in hand, and would not be handled again.
  await expect.poll(async () => (await ends.infoOf()).num_ack_pending, PATIENT).toBe(0);

  await ends.manager.consumers.delete('EVENTS', name);
  await ends.manager.consumers.add('EVENTS', config);
  await ends.tell(['second']);

  // The new consumer begins at the beginning.
  await expect.poll(() => ends.seen, PATIENT).toEqual(['first', 'first', 'second']);
});
