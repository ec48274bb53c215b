import type { StreamName } from '@takaro/contracts/services';
import type { TSchema } from 'typebox';
import type { Item } from './batch.ts';
import { type Bus, innerOf } from './bus.ts';
import { settleWhole } from './course.ts';
import { Hand, type Held } from './hand.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { StreamLane } from './lane-reader.ts';
import type { Reading } from './lanes.ts';
import { Repetitions } from './repetitions.ts';
import { noteTurns, type StrainKind } from './strain.ts';

export interface Delivery {
  readonly subject: string;
  readonly domainId: string;
  /** Of what was parked and driven again: the one that it had at first. */
  readonly streamSeq: number;
  /** Its place among the messages that travelled as one; 0 for one that came alone. */
  readonly index: number;
  /** Renewed when the stream was made anew: sequences restart then, and ids derived from (epoch, sequence) must not. */
  readonly streamEpoch: string;
  /** When this process was given it, by `performance.now()`. What is read from that moment on is not older than the message. */
  readonly takenAt: number;
  /** How often the stream delivered it, this time included. */
  readonly deliveries: number;
  /** Aborted when the process stops or its lane goes to another one. */
  readonly signal: AbortSignal;
}

/** What `react` is given, of one of several messages. */
export interface Delivered<T> {
  readonly payload: T;
  readonly delivery: Delivery;
}

/** A message on its way through this process, by itself or with others that it travelled with. */
export interface Handling {
  readonly held: Held;
  readonly item: Item;
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
  /** For how long messages that follow another one may be left lying, to be fetched together. @default 0 */
  readonly gatherMs?: number;
  /** When connectors are told that messages wait too long for their turn. @default never */
  readonly tellsStrain?: StrainKind;
  /** The id that the sender gave a message, before it is validated: one that this process handled within two minutes is passed over. */
  readonly idOf?: (payload: T) => string | undefined;
  /** Waits between tries of a message that is not answered in time by whom it needs. @default nine, 78 s together */
  readonly lateDelaysMs?: readonly number[];
  readonly react: (payload: T, delivery: Delivery) => Promise<void>;
  /** The same for all that travelled as one, at once. Where it fails, each is handled by itself. @default each by itself */
  readonly reactTogether?: (messages: readonly Delivered<T>[]) => Promise<void>;
}

/**
 * Handles every message of a stream at least once, through one durable consumer a lane; of the replicas of a service one at a time reads
 * a lane. A failure that may heal is tried again in place, so that nothing overtakes it; after `LIMITS.deliveries` tries, or at once if
 * it cannot heal, the message is parked in DEAD. One that fails because a part of the system is UNAVAILABLE waits for as long as that
 * is so, one that is not answered in time is tried twice as often. When disposed, what was begun is finished and the rest is left to whoever reads the lane next, in its order.
 */
export async function consume<T>(bus: Bus, options: ConsumeOptions<T>): Promise<AsyncDisposable> {
  const inner = innerOf(bus);
  const { concurrency = 64, perKey = 1, gatherMs = 0, stream } = options;
  const queue = new KeyedQueue({ concurrency, perKey });
  const repetitions = new Repetitions(options.idOf);
  const noteTurn = noteTurns(inner, options.tellsStrain);
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
      const handle = async (held: Held, streamEpoch: string): Promise<void> => {
        const { info, time } = held.message;
        const inTurn = (item: Item, work: () => Promise<boolean>): Promise<boolean> =>
          new Promise((resolve) => {
            const key = keyOf(options, item);
            // What comes again says nothing of how long everybody waits.
            const isFirst = info.deliveryCount === 1;
            const isAhead = !queue.has(key);
            const settled = async (): Promise<void> => {
              const isOurs = !signal.aborted && hold.isValid();
              if (isFirst && isOurs) noteTurn(time.getTime(), key, isAhead);
              resolve(isOurs && (await work()));
            };
            queue.push(key, settled);
          });
        const isSettled = await settleWhole({ bus: inner, options, hold, repetitions, inTurn }, held, { streamEpoch, signal });
        if (isSettled) hand.acknowledge(held);
        else hand.leave(held);
      };
      return new StreamLane({ bus: inner, stream, hold, hand, gatherMs, handle });
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

function keyOf<T>({ keyOf: custom }: ConsumeOptions<T>, item: Item): string {
  if (!custom) return item.subject.split('.').slice(1, 4).join('.');
  try {
    return custom(item.json() as T, item.subject);
  } catch {
    // Not JSON: settle() parks it; its key does not matter.
    return item.subject;
  }
}
