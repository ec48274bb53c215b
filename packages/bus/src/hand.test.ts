import type { JsMsg } from '@nats-io/jetstream';
import { beforeEach, expect, test, vi } from 'vitest';
import { Hand, type Held } from './hand.ts';

let hand: Hand;
let acknowledged: string[];
beforeEach(() => {
  vi.useFakeTimers();
  hand = new Hand();
  acknowledged = [];
  return () => void vi.useRealTimers();
});

/** Of a message the sequence and how often it was delivered are looked at, and what is answered. */
const delivered = (seq: number, deliveryCount = 1): JsMsg =>
  ({
    seq,
    info: { deliveryCount },
    ack: () => acknowledged.push(`${seq} of delivery ${deliveryCount}`),
    working: () => undefined,
  }) as never;

function take(seq: number, deliveryCount?: number): Held {
  const held = hand.take(delivered(seq, deliveryCount));
  if (!held) throw new Error(`${seq} is in hand already`);
  return held;
}

test('what is done with is acknowledged together a little later, and in hand until then', async () => {
  const [first, second, third] = [take(1), take(2), take(3)];

  hand.acknowledge(first);
  await vi.advanceTimersByTimeAsync(300);
  hand.acknowledge(third);
  expect([acknowledged, hand.size]).toEqual([[], 3]);
  await vi.advanceTimersByTimeAsync(200);

  expect([acknowledged, hand.size, hand.has(2)]).toEqual([['1 of delivery 1', '3 of delivery 1'], 1, true]);
  hand.acknowledge(second);
  await vi.advanceTimersByTimeAsync(500);
  expect([acknowledged.at(-1), hand.size]).toEqual(['2 of delivery 1', 0]);
});

test('what was delivered before is acknowledged at once, with what waits', () => {
  const [fresh, again] = [take(1), take(2, 2)];

  hand.acknowledge(fresh);
  hand.acknowledge(again);

  expect(acknowledged).toEqual(['1 of delivery 1', '2 of delivery 2']);
});

test('of what comes again while it waits the last delivery is acknowledged, and it is not handled twice', async () => {
  hand.acknowledge(take(1));

  expect(hand.take(delivered(1, 2))).toBeUndefined();
  await vi.advanceTimersByTimeAsync(500);

  expect([acknowledged, hand.size]).toEqual([['1 of delivery 2'], 0]);
});

test('nothing waits any more when it is to be empty, and what is left is not acknowledged', async () => {
  const [done, under, left] = [take(1), take(2), take(3)];
  hand.acknowledge(done);
  let isEmpty = false;

  const emptying = hand.empty().then(() => (isEmpty = true));
  expect(acknowledged).toEqual(['1 of delivery 1']);
  hand.acknowledge(under);
  expect([acknowledged.length, isEmpty]).toEqual([2, false]);
  hand.leave(left);
  await emptying;

  expect([acknowledged, hand.size]).toEqual([['1 of delivery 1', '2 of delivery 1'], 0]);
});
