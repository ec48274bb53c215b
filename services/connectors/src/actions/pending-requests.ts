import { randomUUID } from 'node:crypto';
import type { ActionReply } from '@takaro/contracts/gameservers/actions';
import type { Frame } from '../frames.ts';

interface Pending {
  readonly onAnswer: (answer: Frame) => ActionReply;
  readonly finish: (reply: ActionReply) => void;
  readonly over: Promise<ActionReply>;
}

/** The requests that one socket has not answered yet. Each ends exactly once: by its answer, its deadline or the end of the socket. */
export class PendingRequests {
  readonly #pending = new Map<string, Pending>();

  get size(): number {
    return this.#pending.size;
  }

  /** Sends a request under a fresh id and waits for what comes of it. */
  open(options: {
    readonly timeoutMs: number;
    readonly send: (requestId: string) => void;
    readonly onAnswer: (answer: Frame, requestId: string) => ActionReply;
  }): Promise<ActionReply> {
    const requestId = randomUUID();
    const { promise, resolve } = Promise.withResolvers<ActionReply>();
    const timer = setTimeout(() => this.#finish(requestId, { failure: 'timed-out' }), options.timeoutMs);
    this.#pending.set(requestId, {
      onAnswer: (answer) => options.onAnswer(answer, requestId),
      finish: (reply) => {
        clearTimeout(timer);
        resolve(reply);
      },
      over: promise,
    });
    options.send(requestId);
    return promise;
  }

  /** Whether the frame answers one of the requests, by its top-level `requestId` alone. A late answer does not. */
  answer(frame: Frame): boolean {
    const pending = frame.requestId === null ? undefined : this.#pending.get(frame.requestId);
    if (!pending || frame.requestId === null) return false;
    this.#finish(frame.requestId, pending.onAnswer(frame));
    return true;
  }

  /** The socket is gone, so no answer will come. */
  abandon(): void {
    for (const requestId of this.#pending.keys()) this.#finish(requestId, { failure: 'not-connected' });
  }

  /** Settles when none is left. */
  async settled(): Promise<void> {
    await Promise.all([...this.#pending.values()].map(({ over }) => over));
  }

  #finish(requestId: string, reply: ActionReply): void {
    const pending = this.#pending.get(requestId);
    this.#pending.delete(requestId);
    pending?.finish(reply);
  }
}
