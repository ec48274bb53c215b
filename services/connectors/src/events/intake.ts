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
/** Events that came too fast go on together with those whose turn comes as soon after them. */
const TURN_MS = 25;

interface IntakeOptions {
  readonly bus: Bus;
  readonly budget: IntakeBudget;
  /** Stop reading the socket, or go on. */
  readonly onCongestion: (congested: boolean) => void;
}

export interface Taken {
  readonly envelope: IngestEnvelope;
  /** About what it takes in memory. */
  readonly bytes: number;
  /** For how long it has to wait so that its game server keeps to its pace. @default 0 */
  readonly waitMs?: number;
  /** Called once, when the stream has it. */
  readonly onStored?: () => void;
}

interface Item {
  readonly envelope: IngestEnvelope;
  readonly msgId: string;
  /** In the clock of `performance`; of one game server never earlier than for the item before. */
  readonly turnAt: number;
  readonly bytes: number;
  readonly onStored: () => void;
}

/**
 * Carries the events of one socket into the streams, in their order and many at once, those that came too fast evenly over the time that
 * they should have taken. Where a stream does not take one, the others wait and the first is tried alone until it is taken. Nothing
 * counts as stored that a stream has not acknowledged.
 */
export class Intake implements Waiting {
  readonly #options: IntakeOptions;
  readonly #end = new AbortController();
  readonly #haste = new AbortController();
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

  take({ envelope, bytes, waitMs = 0, onStored = () => undefined }: Taken): void {
    const { gameServerId, streamId, seq } = envelope;
    const msgId = streamId === undefined || seq === undefined ? newId() : deriveId(gameServerId, streamId, seq);
    const stored = Promise.withResolvers<void>();
    this.#tail = Promise.all([this.#tail, stored.promise]).then(() => undefined);
    this.#waiting.push({
      envelope,
      msgId,
      turnAt: performance.now() + waitMs,
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
    this.hurry();
    this.#waiting = [];
    this.#options.budget.leave(this);
    this.#options.budget.add(-this.#bytes);
  }

  hurry(): void {
    this.#haste.abort();
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
    while (this.#waiting.length > 0) {
      let refused = await this.#store(await this.#nextInTurn());
      while (refused.length > 0) {
        if (!(await this.#mayTryAgain())) return;
        const [first, ...others] = refused;
        const stuck = first ? await this.#store([first]) : [];
        if (stuck.length === 0) refused = await this.#store(others);
      }
    }
    this.#isWorking = false;
  }

  async #nextInTurn(): Promise<Item[]> {
    const { signal } = this.#haste;
    const waitMs = (this.#waiting[0]?.turnAt ?? 0) - performance.now();
    if (waitMs > 0) await delay(Math.max(waitMs, TURN_MS), undefined, { signal }).catch(() => undefined);
    const now = performance.now();
    const later = signal.aborted ? -1 : this.#waiting.findIndex(({ turnAt }) => turnAt > now);
    return this.#waiting.splice(0, later < 0 ? this.#waiting.length : later);
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
