import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { IngestEnvelope } from '@takaro/contracts/event-envelope';
import { deriveId, newId } from '@takaro/contracts/ids';
import { ingestSubject, logSubject } from '@takaro/contracts/subjects';
import type { IntakeBudget, Waiting } from './intake-budget.ts';

/** Above this many events, or bytes of them, that are not stored yet a socket is not read any more; below half of it, it is again. */
const UNSTORED_MOST = 512;
const UNSTORED_BYTES = 4 * 1_048_576;
/** How long to wait before a stream that is full or away is tried again. */
const RETRY_MS = 1_000;

interface IntakeOptions {
  readonly bus: Bus;
  readonly budget: IntakeBudget;
  /** Stop reading the socket, or go on. */
  readonly onCongestion: (congested: boolean) => void;
}

interface Item {
  readonly envelope: IngestEnvelope;
  readonly msgId: string;
  readonly bytes: number;
  readonly onStored: () => void;
}

/**
 * Carries the events of one socket into the streams, in their order and many at once. Where a stream does not take one, the others wait
 * and the first is tried alone until it is taken. Nothing counts as stored that a stream has not acknowledged.
 */
export class Intake implements Waiting {
  readonly #options: IntakeOptions;
  readonly #end = new AbortController();
  #waiting: Item[] = [];
  #unstored = 0;
  #bytes = 0;
  #tail: Promise<void> = Promise.resolve();
  #isWorking = false;
  #isCongested = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
    options.budget.join(this);
  }

  /** `bytes`: about what it takes in memory. `onStored` is called once, when the stream has it. */
  take(envelope: IngestEnvelope, bytes: number, onStored: () => void = () => undefined): void {
    const { gameServerId, streamId, seq } = envelope;
    const msgId = streamId === undefined || seq === undefined ? newId() : deriveId(gameServerId, streamId, seq);
    const stored = Promise.withResolvers<void>();
    this.#tail = Promise.all([this.#tail, stored.promise]).then(() => undefined);
    this.#waiting.push({
      envelope,
      msgId,
      bytes,
      onStored: () => {
        this.#count(-1, -bytes);
        onStored();
        stored.resolve();
      },
    });
    this.#count(1, bytes);
    if (!this.#isWorking) void this.#work();
  }

  /** Settles when everything taken so far is stored; never if it was given up before. */
  settled(): Promise<void> {
    return this.#tail;
  }

  /** Nothing more will come. What waits is stored, however long that takes. */
  async finish(): Promise<void> {
    await this.settled();
    this.giveUp();
  }

  /** Forgets what is not stored. */
  giveUp(): void {
    if (this.#end.signal.aborted) return;
    this.#end.abort();
    this.#waiting = [];
    this.#options.budget.leave(this);
    this.#options.budget.add(-this.#bytes);
  }

  reconsider(): void {
    const { budget, onCongestion } = this.#options;
    const share = this.#isCongested ? 0.5 : 1;
    const isFull = this.#unstored > UNSTORED_MOST * share || this.#bytes > UNSTORED_BYTES * share;
    const isCongested = isFull || (budget.isSpent && this.#unstored > 0);
    if (isCongested === this.#isCongested) return;
    this.#isCongested = isCongested;
    onCongestion(isCongested);
  }

  #count(events: number, bytes: number): void {
    if (this.#end.signal.aborted) return;
    this.#unstored += events;
    this.#bytes += bytes;
    this.#options.budget.add(bytes);
    this.reconsider();
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    for (let batch = this.#waiting; batch.length > 0; batch = this.#waiting) {
      this.#waiting = [];
      let refused = await this.#store(batch);
      while (refused.length > 0) {
        if (!(await this.#mayTryAgain())) return;
        const [first, ...others] = refused;
        const stuck = first ? await this.#store([first]) : [];
        if (stuck.length === 0) refused = await this.#store(others);
      }
    }
    this.#isWorking = false;
  }

  /** Answers those that were not taken, in their order. */
  async #store(batch: readonly Item[]): Promise<Item[]> {
    const outcomes = await Promise.all(batch.map(async (item) => ((await this.#publish(item)) ? [] : [item])));
    return outcomes.flat();
  }

  async #publish({ envelope, msgId, onStored }: Item): Promise<boolean> {
    const { domainId, gameServerId, name } = envelope;
    const subject = name === 'log' ? logSubject(domainId, gameServerId) : ingestSubject(domainId, gameServerId, name);
    try {
      await this.#options.bus.publish(subject, envelope, { msgId, once: true });
    } catch (error) {
      const isHopeless = error instanceof ServiceError && error.code === 'INVALID_MESSAGE';
      this.#options.bus.log[isHopeless ? 'error' : 'debug']({ domainId, gameServerId, name, err: error }, 'an event was not taken');
      // What no stream will ever take must not stand in the way of the others.
      if (!isHopeless) return false;
    }
    onStored();
    return true;
  }

  async #mayTryAgain(): Promise<boolean> {
    const { bus } = this.#options;
    bus.log.warn({ unstored: this.#unstored }, 'events wait for their stream');
    await delay(RETRY_MS);
    await bus.link.whenUp();
    return !this.#end.signal.aborted;
  }
}
