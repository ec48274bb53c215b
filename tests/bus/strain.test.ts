import { setTimeout as delay } from 'node:timers/promises';
import { consume, onStrain, publishEvent } from '@takaro/bus';
import { EventEnvelope } from '@takaro/contracts/event-envelope';
import { deriveId } from '@takaro/contracts/ids';
import { executionSubject } from '@takaro/contracts/subjects';
import { worldTest } from '@takaro/testing/world-test';
import { Type } from 'typebox';
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
    tellsStrain: 'of turns',
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

test('what waits behind its own is told of where that is so of most keys on a busy machine', async ({ world }) => {
  let [told, isBusy] = [0, false];
  await using _ = onStrain(await world.busFor('connectors'), () => (told += 1));
  const handled: string[] = [];
  await using __ = await consume<{ domainId: string }>(await world.busFor('runner'), {
    stream: 'EXECUTIONS',
    schema: Type.Object({ domainId: Type.String() }),
    keyOf: ({ domainId }) => domainId,
    tellsStrain: { ofMostKeys: () => isBusy },
    react: async ({ domainId }) => {
      await delay(100);
      handled.push(domainId);
    },
  });
  const modules = await world.busFor('modules');
  const order = async (domainId: string, count: number): Promise<void> => {
    for (let nr = 0; nr < count; nr += 1) {
      const id = deriveId(domainId, `${nr}`);
      await modules.publish(executionSubject(domainId, 'command'), { domainId }, { msgId: id });
    }
  };
  await order('first-test-domain', 1);
  await expect.poll(() => handled, PATIENT).toHaveLength(1);

  const all = (): Promise<unknown> => Promise.all(['one', 'another', 'third'].map((name) => order(`${name}-test-domain-${isBusy}`, 25)));

  isBusy = true;
  await order('busy-test-domain', 25);
  await expect.poll(() => handled, PATIENT).toHaveLength(26);
  isBusy = false;
  await all();
  await expect.poll(() => handled, PATIENT).toHaveLength(101);
  expect(told).toBe(0);

  isBusy = true;
  await all();
  await expect.poll(() => handled, PATIENT).toHaveLength(176);
  await expect.poll(() => told, PATIENT).toBeGreaterThan(0);
});
