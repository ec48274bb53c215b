import { setTimeout as delay } from 'node:timers/promises';
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { durableName } from '@takaro/contracts/subjects';
import type { InnerBus } from './bus.ts';
import type { Hand, Held } from './hand.ts';
import { streamEpoch, takeOver } from './lane-takeover.ts';
import type { LaneHold, LaneReader } from './lanes.ts';

export interface LaneReading {
  readonly bus: InnerBus;
  readonly stream: string;
  readonly hold: LaneHold;
  readonly hand: Hand;
  /** Settles when the message is done with or left. */
  readonly handle: (held: Held, streamEpoch: string) => Promise<void>;
}

/** No pull outlives the lease of a process that was stopped in its tracks. */
const PULL_MS = 4_000;
const RETRY_MS = 250;

/** What ends a pull without anybody here having ended it. */
const BROKEN: ReadonlySet<string> = new Set([
  'consumer_deleted',
  'consumer_not_found',
  'stream_not_found',
  'no_responders',
  'heartbeats_missed',
]);

/**
 * Reads one lane of a stream in its order, for as long as it is not drained. Before it pulls, it has what was delivered and not
 * acknowledged delivered again: a reader before it was killed or gave the lane up, or the connection broke with messages on their way.
 * Otherwise those would come when their ack wait is over, after what is younger.
 */
export class StreamLane implements LaneReader {
  readonly #reading: LaneReading;
  readonly #stop = Promise.withResolvers<void>();
  readonly #running: Promise<void>;
  #stopped = false;
  #messages: ConsumerMessages | undefined;
  #epoch = '';
  #trouble = '';

  constructor(reading: LaneReading) {
    this.#reading = reading;
    this.#running = this.#run();
  }

  pause(): void {
    void this.#messages?.close();
  }

  async drain(): Promise<void> {
    this.#stopped = true;
    this.#stop.resolve();
    this.pause();
    await this.#running;
    await this.#reading.hand.empty();
  }

  async #run(): Promise<void> {
    const { bus, stream, hold } = this.#reading;
    while (!this.#stopped) {
      await Promise.race([bus.link.whenUp(), this.#stop.promise]);
      try {
        await this.#read();
        this.#trouble = '';
      } catch (error) {
        if (!this.#stopped && String(error) !== this.#trouble) bus.log.warn({ stream, lane: hold.lane, err: error }, 'lane is not read');
        this.#trouble = String(error);
      } finally {
        this.pause();
      }
      await Promise.race([delay(RETRY_MS), this.#stop.promise]);
    }
  }

  /** Until the pull breaks or is ended. */
  async #read(): Promise<void> {
    const { bus, stream, hold, hand } = this.#reading;
    this.#epoch = await streamEpoch(bus, stream);
    hand.countIn(this.#epoch);
    const consumer = await bus.jetstream.consumers.get(stream, durableName(bus.service, hold.lane));
    const take = (message: JsMsg): Promise<void> | undefined => this.#take(message);
    await takeOver(bus, consumer, hold, { hand, take });
    if (this.#stopped) return;
    this.#messages = await consumer.consume({ callback: (message) => void take(message), max_messages: 64, expires: PULL_MS });
    // Ended, or the connection broke, while it was begun.
    if (this.#stopped || !bus.link.isUp) return;
    for await (const { type } of this.#messages.status()) if (BROKEN.has(type)) return;
  }

  #take(message: JsMsg): Promise<void> | undefined {
    const held = this.#reading.hand.take(message);
    return held && this.#reading.handle(held, this.#epoch);
  }
}
