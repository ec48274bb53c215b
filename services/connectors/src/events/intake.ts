import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { IngestEnvelope } from '@takaro/contracts/event-envelope';
import { deriveId, newId } from '@takaro/contracts/ids';
import { ingestSubject, logSubject } from '@takaro/contracts/subjects';
import { type Item, type Batch, batchOf, batchesOf, isLog } from './batches.ts';
import type { Gathering } from './gathering.ts';
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
  readonly gathering: Gathering;
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

/**
 * Carries the events of one socket into the streams, in their order and many at once, those that came too fast evenly over the time that
 * they should have taken. What a busy game server reports is gathered for a moment and goes as one. Where a stream does not take
 * something, the others wait and the first is tried alone until it is taken. Nothing counts as stored that a stream has not acknowledged.
 */
export class Intake implements Waiting {
  readonly #options: IntakeOptions;
  readonly #end = new AbortController();
  readonly #haste = new AbortController();
  #waiting: Item[] = [];
  #gatheredUntil = 0;
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
      let refused = await this.#store(batchesOf(await this.#nextInTurn()));
      while (refused.length > 0) {
        if (!(await this.#mayTryAgain())) return;
        const [first, ...others] = refused;
        const stuck = first ? await this.#store([first]) : [];
        refused = stuck.length === 0 ? await this.#store(others) : [...stuck, ...others];
      }
    }
    this.#isWorking = false;
  }

  async #nextInTurn(): Promise<Item[]> {
    const { signal } = this.#haste;
    const turnInMs = (this.#waiting[0]?.turnAt ?? 0) - performance.now();
    const waitMs = Math.max(turnInMs > 0 ? Math.max(turnInMs, TURN_MS) : 0, this.#gatheredUntil - performance.now());
    if (waitMs > 0) await delay(waitMs, undefined, { signal }).catch(() => undefined);
    const now = performance.now();
    const later = signal.aborted ? -1 : this.#waiting.findIndex(({ turnAt }) => turnAt > now);
    const items = this.#waiting.splice(0, later < 0 ? this.#waiting.length : later);
    const events = items.filter((item) => !isLog(item)).length;
    this.#gatheredUntil = now + this.#options.gathering.msAfter(events);
    return items;
  }

  /** Answers those that were not taken, in their order. */
  async #store(batches: readonly Batch[]): Promise<Batch[]> {
    const left = await Promise.all(batches.map((batch) => this.#publish(batch)));
    return left.flat();
  }

  async #publish(batch: Batch): Promise<Batch[]> {
    const { msgId, items } = batch;
    const messages = items.map(({ envelope }) => ({ subject: subjectOf(envelope), payload: envelope }));
    const begun = performance.now();
    try {
      await this.#options.bus.publishTogether(messages, { msgId, once: true });
      this.#options.gathering.stored(performance.now() - begun);
    } catch (error) {
      const isHopeless = error instanceof ServiceError && error.code === 'INVALID_MESSAGE';
      const subjects = messages.map(({ subject }) => subject);
      this.#options.bus.log[isHopeless ? 'error' : 'debug']({ subjects, err: error }, 'events were not taken');
      if (!isHopeless) return [batch];
      // What no stream will ever take must not stand in the way of the others.
      if (items.length > 1) return items.map((item) => batchOf([item]));
    }
    for (const { onStored } of items) onStored();
    return [];
  }

  async #mayTryAgain(): Promise<boolean> {
    const { bus } = this.#options;
    bus.log.warn({ unstored: this.#unstored }, 'events wait for their stream');
    await delay(RETRY_MS);
    await bus.link.whenUp();
    return !this.#end.signal.aborted;
  }
}

const subjectOf = ({ domainId, gameServerId, name }: IngestEnvelope): string =>
  name === 'log' ? logSubject(domainId, gameServerId) : ingestSubject(domainId, gameServerId, name);
