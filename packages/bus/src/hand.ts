import type { JsMsg } from '@nats-io/jetstream';
import { LIMITS } from '@takaro/contracts/limits';

/** A message that this process was given and is not done with. */
export interface Held {
  /** As it was delivered last: that is the one to acknowledge. */
  message: JsMsg;
}

/** How often the stream is told that a message is still worked on. */
const WORKING_MS = LIMITS.ackWaitMs * 0.4;

/**
 * How long what is done with is gathered: the servers of a cluster agree once on all that they are told of together. What a process that
 * is killed has gathered is handled again, which changes nothing.
 */
const GATHER_MS = 500;

/**
 * The messages of one lane of one stream that this process has in hand. While they wait for their turn or are worked on, the stream is
 * told so: they are not lost. One that is delivered again meanwhile is the same one, not a second.
 */
export class Hand {
  #bySequence = new Map<number, Held>();
  readonly #held = new Set<Held>();
  readonly #idle = new Set<() => void>();
  readonly #done: Held[] = [];
  #gathering: NodeJS.Timeout | undefined;
  #epoch = '';
  #alive: NodeJS.Timeout | undefined;

  /** Undefined when it is in hand already. */
  take(message: JsMsg): Held | undefined {
    const known = this.#bySequence.get(message.seq);
    if (known) {
      known.message = message;
      return undefined;
    }
    const held: Held = { message };
    this.#bySequence.set(message.seq, held);
    this.#held.add(held);
    this.#alive ??= setInterval(() => {
      for (const one of this.#held) one.message.working();
    }, WORKING_MS);
    return held;
  }

  has(sequence: number): boolean {
    return this.#bySequence.has(sequence);
  }

  get size(): number {
    return this.#held.size;
  }

  /**
   * Done with: the stream is told so a little later, with others. What was delivered before is acknowledged at once: whatever ends the
   * process again and again must not count against what was handled before it.
   */
  acknowledge(held: Held): void {
    this.#done.push(held);
    if (held.message.info.deliveryCount > 1 || this.#idle.size > 0) this.#tell();
    else this.#gathering ??= setTimeout(() => this.#tell(), GATHER_MS);
  }

  /** Left to whoever reads the lane next, or until it is delivered again. */
  leave(held: Held): void {
    this.#held.delete(held);
    if (this.#bySequence.get(held.message.seq) === held) this.#bySequence.delete(held.message.seq);
    if (this.#held.size > 0) return;
    clearInterval(this.#alive);
    this.#alive = undefined;
    for (const resolve of this.#idle) resolve();
    this.#idle.clear();
  }

  /** Of a stream that was made anew a sequence means another message from now on. */
  countIn(streamEpoch: string): void {
    if (this.#epoch !== streamEpoch) this.#bySequence = new Map();
    this.#epoch = streamEpoch;
  }

  /** Settles when nothing is in hand. */
  async empty(): Promise<void> {
    this.#tell();
    if (this.#held.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle.add(resolve);
    });
  }

  #tell(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    for (const held of this.#done.splice(0)) {
      held.message.ack();
      this.leave(held);
    }
  }
}
