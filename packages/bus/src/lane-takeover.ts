import { setTimeout as delay } from 'node:timers/promises';
import { type Consumer, type ConsumerInfo, type JsMsg, jetstreamManager } from '@nats-io/jetstream';
import type { InnerBus } from './bus.ts';
import type { Hand } from './hand.ts';
import type { LaneHold } from './lanes.ts';

/** Pulls of whoever had the lane before are over by then. */
const PREDECESSOR_MS = 2_500;
/** Asking for each message between the floor and the last delivered is cheap, but not for any number of them. */
const SWEEP_MAX = 200_000;
/** Delivered this often, a message may be what ended the processes before: it is handled alone. */
export const SUSPECT_DELIVERIES = 3;
const SUSPECT_MS = 5_000;

/** Where the suspects of a process stand in line. */
const suspects = new WeakMap<InnerBus, Promise<void>>();

const epochs = new WeakMap<InnerBus, Map<string, Promise<string>>>();

/** When the stream was made. Asked once for all lanes that ask at the same time. */
export function streamEpoch(bus: InnerBus, stream: string, timeout: number): Promise<string> {
  const asked = epochs.get(bus) ?? new Map<string, Promise<string>>();
  epochs.set(bus, asked);
  const asking = asked.get(stream) ?? createdOf(bus, stream, timeout).finally(() => asked.delete(stream));
  asked.set(stream, asking);
  return asking;
}

async function createdOf(bus: InnerBus, stream: string, timeout: number): Promise<string> {
  const manager = await jetstreamManager(bus.nats, { checkAPI: false, timeout });
  return (await manager.streams.info(stream)).created;
}

type Take = (message: JsMsg) => Promise<void> | undefined;

/**
 * Before a lane is read: nobody else pulls any more, and what was delivered and not acknowledged, and is not in hand, is delivered again
 * before what is younger.
 */
export async function takeOver(
  bus: InnerBus,
  consumer: Consumer,
  hold: LaneHold,
  { hand, take }: { hand: Hand; take: Take },
): Promise<void> {
  const info = await alone(consumer, hold);
  if (info.num_ack_pending <= hand.size) return;
  await callBack(bus, info, hand);
  await inLine(bus, () => untilUnsuspected(consumer, hold, take));
}

/** Waits until nobody else pulls: whoever held the lane before may have asked for messages that would be sent into nothing. */
async function alone(consumer: Consumer, { signal }: LaneHold): Promise<ConsumerInfo> {
  const deadline = performance.now() + PREDECESSOR_MS;
  let info = await consumer.info(true);
  while (info.num_waiting > 0 && performance.now() < deadline && !signal.aborted) {
    await delay(100);
    info = await consumer.info();
  }
  return info;
}

/**
 * Has everything delivered again, in its order, that this process does not have in hand. What exactly is unacknowledged the server does
 * not tell; of what is acknowledged it ignores this.
 */
async function callBack({ nats, log }: InnerBus, info: ConsumerInfo, hand: Hand): Promise<void> {
  const { stream_name: stream, name, ack_floor: floor, delivered } = info;
  if (delivered.stream_seq - floor.stream_seq > SWEEP_MAX) {
    log.warn({ stream, consumer: name }, 'too much lies between what is unacknowledged: it comes again after its ack wait');
    return;
  }
  for (let sequence = floor.stream_seq + 1; sequence <= delivered.stream_seq; sequence += 1) {
    if (!hand.has(sequence)) nats.publish(`$JS.ACK.${stream}.${name}.1.${sequence}.${delivered.consumer_seq}.0.0`, '-NAK');
  }
  await nats.flush();
}

/** One reader at a time, so that only one lane has a suspect in hand when the process ends because of it. */
async function inLine(bus: InnerBus, work: () => Promise<void>): Promise<void> {
  const before = suspects.get(bus) ?? Promise.resolve();
  const turn = before.then(work);
  suspects.set(
    bus,
    turn.catch(() => undefined),
  );
  await turn;
}

/** Handles one message after the other for as long as they have come suspiciously often. What waits behind them is not counted. */
async function untilUnsuspected(consumer: Consumer, { signal }: LaneHold, take: Take): Promise<void> {
  while (!signal.aborted) {
    const message = await consumer.next({ expires: 1_000 });
    if (!message) return;
    const handled = take(message);
    if (message.info.deliveryCount < SUSPECT_DELIVERIES) return;
    // One that cannot be handled now, because something is away, does not keep the others waiting.
    const timer = new AbortController();
    await Promise.race([handled, delay(SUSPECT_MS, undefined, { signal: timer.signal })]);
    timer.abort();
  }
}
