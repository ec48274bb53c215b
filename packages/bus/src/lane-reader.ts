import { setTimeout as delay } from 'node:timers/promises';
import { type Consumer, type ConsumerMessages, jetstream, type JsMsg } from '@nats-io/jetstream';
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
  /** How long messages may be left lying so that they come together; 0 has each come at once. */
  readonly gatherMs: number;
  /** Settles when the message is done with or left. */
  readonly handle: (held: Held, streamEpoch: string) => Promise<void>;
}

/** No pull outlives the lease of a process that was stopped in its tracks. */
const PULL_MS = 4_000;
const RETRY_MS = 250;
/**
 * For how long an answer is waited for at first, and at most: what is asked while nobody leads the stream or its consumer is answered by
 * nobody, and they are led a moment later.
 */
const ASK_MS = 1_000;
const ASK_MOST_MS = 5_000;
/** What is asked for at once of what was left lying. */
const ARMFUL = 100;

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
  /** The same for whoever waits again and again, and is to leave nothing behind. */
  readonly #drained = new AbortController();
  readonly #running: Promise<void>;
  #stopped = false;
  #messages: ConsumerMessages | undefined;
  #epoch = '';
  #trouble = '';
  #failures = 0;

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
    this.#drained.abort();
    this.pause();
    await this.#running;
    await this.#reading.hand.empty();
  }

  async #run(): Promise<void> {
    const { bus, stream, hold } = this.#reading;
    while (!this.#stopped) {
      await Promise.race([bus.link.whenUp(), this.#stop.promise]);
      try {
        await this.#read(Math.min(ASK_MS * 2 ** this.#failures, ASK_MOST_MS));
        this.#trouble = '';
        this.#failures = 0;
      } catch (error) {
        this.#failures += 1;
        if (!this.#stopped && String(error) !== this.#trouble) bus.log.warn({ stream, lane: hold.lane, err: error }, 'lane is not read');
        this.#trouble = String(error);
      } finally {
        this.pause();
      }
      await Promise.race([delay(RETRY_MS), this.#stop.promise]);
    }
  }

  /** Until the pull breaks or is ended. */
  async #read(timeout: number): Promise<void> {
    const { bus, stream, hold, hand, gatherMs } = this.#reading;
    this.#epoch = await streamEpoch(bus, stream, timeout);
    hand.countIn(this.#epoch);
    const consumer = await jetstream(bus.nats, { timeout }).consumers.get(stream, durableName(bus.service, hold.lane));
    const take = (message: JsMsg): Promise<void> | undefined => this.#take(message);
    await takeOver(bus, consumer, hold, { hand, take });
    if (this.#stopped) return;
    if (gatherMs > 0) return this.#readGathered(consumer, gatherMs);
    this.#messages = await consumer.consume({ callback: (message) => void take(message), max_messages: 64, expires: PULL_MS });
    // Ended, or the connection broke, while it was begun.
    if (!this.#isReading) return;
    for await (const { type } of this.#messages.status()) if (BROKEN.has(type)) return;
  }

  /**
   * The first message after a silence comes at once; what follows is left lying for a while and fetched together, which costs the servers
   * of a cluster one agreement in place of one for each.
   */
  async #readGathered(consumer: Consumer, gatherMs: number): Promise<void> {
    const { created } = await consumer.info(true);
    let waiting = 1;
    while (this.#isReading) {
      if ((await this.#fetch(consumer, waiting)) === 0) continue;
      if (waiting < ARMFUL) await delay(gatherMs, undefined, { signal: this.#drained.signal }).catch(() => undefined);
      if (!this.#isReading) return;
      const info = await consumer.info();
      // Of a stream that was made anew sequences mean something else.
      if (info.created !== created) return;
      waiting = Math.min(Math.max(info.num_pending, 1), ARMFUL);
    }
  }

  async #fetch(consumer: Consumer, count: number): Promise<number> {
    const messages = await consumer.fetch({ max_messages: count, expires: PULL_MS });
    this.#messages = messages;
    if (!this.#isReading) this.pause();
    let taken = 0;
    for await (const message of messages) {
      taken += 1;
      void this.#take(message);
    }
    return taken;
  }

  /** Neither drained, nor did the connection break. */
  get #isReading(): boolean {
    return !this.#stopped && this.#reading.bus.link.isUp;
  }

  #take(message: JsMsg): Promise<void> | undefined {
    const held = this.#reading.hand.take(message);
    return held && this.#reading.handle(held, this.#epoch);
  }
}
