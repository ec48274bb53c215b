import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '@takaro/bus';
import type { IngestEnvelope } from '@takaro/contracts/event-envelope';
import { deriveId, newId } from '@takaro/contracts/ids';
import { ingestSubject, logSubject } from '@takaro/contracts/subjects';

/** Above this many unacknowledged events a socket is not read any more; below half of it, it is again. */
const UNACKNOWLEDGED_MOST = 512;
/** How long to wait before a stream that is full or away is tried again. */
const RETRY_MS = 1_000;

interface IntakeOptions {
  readonly bus: Bus;
  /** Stop reading the socket, or go on. */
  readonly onCongestion: (congested: boolean) => void;
}

/**
 * Carries the events of one socket into the streams, in their order and many at once. What a stream does not take is tried again for
 * as long as the socket lives: nothing is confirmed that was not stored.
 */
export class Intake implements AsyncDisposable {
  readonly #options: IntakeOptions;
  readonly #stop = new AbortController();
  #unacknowledged = 0;
  #tail: Promise<void> = Promise.resolve();
  #congested = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  take(envelope: IngestEnvelope): void {
    this.#unacknowledged += 1;
    this.#checkCongestion();
    const stored = this.#store(envelope);
    this.#tail = Promise.all([this.#tail, stored]).then(() => undefined);
  }

  /** Settles when everything taken so far is stored; never if the intake ended before. */
  settled(): Promise<void> {
    return this.#tail;
  }

  async #store(envelope: IngestEnvelope): Promise<void> {
    const { domainId, gameServerId, name, streamId, seq } = envelope;
    const subject = name === 'log' ? logSubject(domainId, gameServerId) : ingestSubject(domainId, gameServerId, name);
    const msgId = streamId === undefined || seq === undefined ? newId() : deriveId(gameServerId, streamId, seq);
    for (;;) {
      try {
        await this.#options.bus.publish(subject, envelope, { msgId });
        break;
      } catch (error) {
        if (this.#stop.signal.aborted) return await new Promise<never>(() => undefined);
        this.#options.bus.log.warn({ domainId, gameServerId, err: error }, 'an event waits for its stream');
        await delay(RETRY_MS);
      }
    }
    this.#unacknowledged -= 1;
    this.#checkCongestion();
  }

  #checkCongestion(): void {
    const congested = this.#unacknowledged > (this.#congested ? UNACKNOWLEDGED_MOST / 2 : UNACKNOWLEDGED_MOST);
    if (congested === this.#congested) return;
    this.#congested = congested;
    this.#options.onCongestion(congested);
  }

  /** Tries nothing again; what is on its way is finished by the bus. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
  }
}
