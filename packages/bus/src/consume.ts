import type { JsMsg } from '@nats-io/jetstream';
import { LIMITS } from '@takaro/contracts/limits';
import type { StreamName } from '@takaro/contracts/services';
import { domainOf, durableName } from '@takaro/contracts/subjects';
import type { TSchema } from 'typebox';
import { type Bus, type InnerBus, innerOf } from './bus.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { keepAlive, settle } from './settle.ts';
import { HEADERS } from './wire.ts';

export interface Delivery {
  readonly subject: string;
  readonly domainId: string;
  /** Of what was parked and driven again: the one that it had at first. */
  readonly streamSeq: number;
  /** Renewed when the stream was made anew: sequences restart then, and ids derived from (epoch, sequence) must not. */
  readonly streamEpoch: string;
  /** How often the stream delivered it, this time included. */
  readonly deliveries: number;
  /** Aborted when the process stops. */
  readonly signal: AbortSignal;
}

/** A message on its way through this process. */
export interface Handling {
  readonly message: JsMsg;
  readonly delivery: Delivery;
  /** Keeps the message to be given back when this process no longer pulls. */
  readonly giveBack: (message: JsMsg) => void;
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
 * For 2 s after a pull, nats-server 2.9.10 still sends to its inbox although nobody listens any more (seen with three messages given
 * back at once: the first came 10 s later, the second twice). So what is given back comes again after that.
 */
const GIVE_BACK_MS = 2_500;

/**
 * Handles every message of a stream at least once, through one durable consumer a lane. A failure that may heal is tried again in
 * place, so that nothing overtakes it; after `LIMITS.deliveries` tries, or at once if it cannot heal, the message is parked in DEAD.
 * One that fails because a part of the system is UNAVAILABLE waits for as long as that is so.
 * When disposed, what was begun is finished and the rest is given back.
 */
export async function consume<T>(bus: Bus, options: ConsumeOptions<T>): Promise<AsyncDisposable> {
  const inner = innerOf(bus);
  const stop = new AbortController();
  const queue = new KeyedQueue({ concurrency: options.concurrency ?? 64, perKey: options.perKey ?? 1 });
  const epoch = await streamEpoch(inner, options.stream);
  const left: JsMsg[] = [];
  const giveBack = (message: JsMsg): void => void left.push(message);
  const onMessage = (message: JsMsg): void => {
    const delivery = deliveryOf(message, epoch.current(), stop.signal);
    const release = keepAlive(message);
    queue.push(keyOf(options, message), () => settle(inner, options, { message, delivery, giveBack }).finally(release));
  };
  const lanes = Array.from({ length: LIMITS.lanes }, (_, lane) => lane);
  const pulls = await Promise.all(lanes.map((lane) => pull(inner, options.stream, lane, onMessage)));
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      epoch.stop();
      await Promise.all(pulls.map((messages) => messages.close()));
      await queue.idle();
      // Only now: as long as this process pulls, what it gives back would come straight back to it.
      await bus.nats.flush();
      for (const message of left) message.nak(GIVE_BACK_MS);
      await bus.nats.flush();
    },
  };
}

async function pull(bus: InnerBus, stream: string, lane: number, callback: (message: JsMsg) => void) {
  const consumer = await bus.jetstream.consumers.get(stream, durableName(bus.service, lane));
  return consumer.consume({ callback, max_messages: 64, idle_heartbeat: 10_000 });
}

const deliveryOf = (message: JsMsg, streamEpoch: string, signal: AbortSignal): Delivery => ({
  subject: message.subject,
  domainId: domainOf(message.subject),
  ...(originOf(message) ?? { streamSeq: message.info.streamSequence, streamEpoch }),
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

/** When the stream was made, asked anew after every reconnect. */
async function streamEpoch(bus: InnerBus, stream: string): Promise<{ current: () => string; stop: () => void }> {
  const created = async (): Promise<string> => (await (await bus.jetstream.streams.get(stream)).info()).created;
  let epoch = await created();
  const statuses = bus.nats.status();
  const watch = async (): Promise<void> => {
    for await (const { type } of statuses) {
      if (type !== 'reconnect') continue;
      epoch = await created().catch((error: unknown) => {
        bus.log.warn({ stream, err: error }, 'stream epoch not read');
        return epoch;
      });
    }
  };
  void watch();
  return { current: () => epoch, stop: () => void statuses[Symbol.asyncIterator]().return?.() };
}
