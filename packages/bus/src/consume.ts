import type { JsMsg } from '@nats-io/jetstream';
import type { StreamName } from '@takaro/contracts/services';
import { domainOf } from '@takaro/contracts/subjects';
import type { TSchema } from 'typebox';
import { type Bus, innerOf } from './bus.ts';
import { Hand, type Held } from './hand.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { StreamLane } from './lane-reader.ts';
import type { Reading } from './lanes.ts';
import { settle } from './settle.ts';
import { HEADERS } from './wire.ts';

export interface Delivery {
  readonly subject: string;
  readonly domainId: string;
  /** Of what was parked and driven again: the one that it had at first. */
  readonly streamSeq: number;
  /** Renewed when the stream was made anew: sequences restart then, and ids derived from (epoch, sequence) must not. */
  readonly streamEpoch: string;
  /** When this process was given it, by `performance.now()`. What is read from that moment on is not older than the message. */
  readonly takenAt: number;
  /** How often the stream delivered it, this time included. */
  readonly deliveries: number;
  /** Aborted when the process stops or its lane goes to another one. */
  readonly signal: AbortSignal;
}

/** A message on its way through this process. */
export interface Handling {
  readonly held: Held;
  readonly delivery: Delivery;
}

export interface ConsumeOptions<T> {
  readonly stream: Exclude<StreamName, 'DEAD'>;
  readonly schema: TSchema;
  /** Messages handled at once in this process. @default 64 */
  readonly concurrency?: number;
  /** Messages of one key handled at once; 1 keeps their order. @default 1 */
  readonly perKey?: number;
  /** @default the domain and game server of the subject: events of one game server are handled in order */
  readonly keyOf?: (payload: T, subject: string) => string;
  readonly react: (payload: T, delivery: Delivery) => Promise<void>;
}

/**
 * Handles every message of a stream at least once, through one durable consumer a lane; of the replicas of a service one at a time reads
 * a lane. A failure that may heal is tried again in place, so that nothing overtakes it; after `LIMITS.deliveries` tries, or at once if
 * it cannot heal, the message is parked in DEAD. One that fails because a part of the system is UNAVAILABLE waits for as long as that
 * is so. When disposed, what was begun is finished and the rest is left to whoever reads the lane next, in its order.
 */
export async function consume<T>(bus: Bus, options: ConsumeOptions<T>): Promise<AsyncDisposable> {
  const inner = innerOf(bus);
  const { concurrency = 64, perKey = 1, stream } = options;
  const queue = new KeyedQueue({ concurrency, perKey });
  const stop = new AbortController();
  const hands = new Map<number, Hand>();
  const handOf = (lane: number): Hand => {
    const hand = hands.get(lane) ?? new Hand();
    hands.set(lane, hand);
    return hand;
  };
  const reading: Reading = {
    open: (hold) => {
      const hand = handOf(hold.lane);
      const signal = AbortSignal.any([stop.signal, hold.signal]);
      const handle = (held: Held, streamEpoch: string): Promise<void> => {
        const delivery = deliveryOf(held.message, streamEpoch, signal);
        const work = async (): Promise<void> => {
          const isSettled = !signal.aborted && hold.isValid() && (await settle(inner, options, { held, delivery }));
          if (isSettled) hand.acknowledge(held);
          else hand.leave(held);
        };
        return new Promise((resolve) => {
          queue.push(keyOf(options, held.message), () => work().finally(resolve));
        });
      };
      return new StreamLane({ bus: inner, stream, hold, hand, handle });
    },
  };
  await inner.lanes.add(reading);
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await inner.lanes.remove(reading);
      // Of lanes that were lost, too.
      await queue.idle();
      await bus.nats.flush();
    },
  };
}

const deliveryOf = (message: JsMsg, streamEpoch: string, signal: AbortSignal): Delivery => ({
  subject: message.subject,
  domainId: domainOf(message.subject),
  ...(originOf(message) ?? { streamSeq: message.info.streamSequence, streamEpoch }),
  takenAt: performance.now(),
  deliveries: message.info.deliveryCount,
  signal,
});

/**
 * What was parked and driven again keeps the place that it had at first: ids that derive from it stay the same, so that nothing that
 * came of it before happens twice. Only services publish to the streams that are consumed here.
 */
function originOf(message: JsMsg): Pick<Delivery, 'streamSeq' | 'streamEpoch'> | null {
  const [streamEpoch = '', sequence = ''] = message.headers?.get(HEADERS.origin).split(' ') ?? [];
  return /^\d{1,15}$/.test(sequence) ? { streamEpoch, streamSeq: Number(sequence) } : null;
}

function keyOf<T>({ keyOf: custom }: ConsumeOptions<T>, message: JsMsg): string {
  if (!custom) return message.subject.split('.').slice(1, 4).join('.');
  try {
    return custom(message.json<T>(), message.subject);
  } catch {
    // Not JSON: settle() parks it; its key does not matter.
    return message.subject;
  }
}
