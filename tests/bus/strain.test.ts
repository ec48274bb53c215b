import { setTimeout as delay } from 'node:timers/promises';
import { consume, onStrain, publishEvent } from '@takaro/bus';
import { EventEnvelope } from '@takaro/contracts/event-envelope';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { eventOf } from './replica.ts';

const test = worldTest(async () => undefined);
const PATIENT = { timeout: 60_000, interval: 50 };

test('what waits for its turn behind others is told of to connectors, what waits behind its own is not', async ({ world }) => {
  let told = 0;
  await using _ = onStrain(await world.busFor('connectors'), () => (told += 1));
  let handled = 0;
  await using __ = await consume<EventEnvelope>(await world.busFor('modules'), {
    stream: 'EVENTS',
    schema: EventEnvelope,
    concurrency: 1,
    tellsStrain: true,
    react: async () => {
      await delay(50);
      handled += 1;
    },
  });
  const players = await world.busFor('players');
  const publish = (domains: readonly string[]) =>
    Promise.all(domains.map((domainId, nr) => publishEvent(players, eventOf(domainId, `${nr}`))));
  await publish(['first-test-domain']);
  await expect.poll(() => handled, PATIENT).toBe(1);

  await publish(Array.from({ length: 40 }, () => 'busy-test-domain'));
  await expect.poll(() => handled, PATIENT).toBe(41);
  expect(told).toBe(0);

  await publish(Array.from({ length: 40 }, (_, nr) => `test-domain-${nr}`));
  await expect.poll(() => handled, PATIENT).toBe(81);
  await expect.poll(() => told, PATIENT).toBeGreaterThan(0);
});
