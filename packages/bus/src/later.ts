import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { headers, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { ServiceError } from '@takaro/contracts/errors';
import { HEADERS } from './wire.ts';

/** NATS lets a request be answered for a few seconds only (`responses` of `infra/nats/permissions.ts`): by then it must have an answer. */
export const SOON_MS = 2_500;
/** Who asked waits with a request of its own, and is gone when it does not come for the answer at once. */
const PICKED_UP_MS = 5_000;

/** What goes to who asked. */
export interface Outgoing {
  readonly payload: string | Buffer;
  readonly headers: MsgHdrs;
}

interface Waited {
  readonly outgoing: Promise<Outgoing>;
  readonly pickedUp: () => void;
}

export const send = (message: Msg, { payload, headers: sent }: Outgoing): void => void message.respond(payload, { headers: sent });

/**
 * Answers that take their time: who asked is told where to ask again, as often as it needs. The id is unguessable and the subject
 * belongs to the credentials of who answers.
 */
export class LaterAnswers {
  readonly #subject: string;
  readonly #waited = new Map<string, Waited>();

  constructor(nats: NatsConnection, service: string) {
    this.#subject = `_PARTS.${service}.${randomBytes(8).toString('hex')}`;
    nats.subscribe(this.#subject, { callback: (_error, message) => void this.#again(message) });
  }

  /** Settles when it was answered, or nobody came for the answer. `outgoing` never rejects. */
  async answer(message: Msg, outgoing: Promise<Outgoing>): Promise<void> {
    const soon = await within(outgoing, SOON_MS);
    if (soon) return send(message, soon);
    const id = randomBytes(16).toString('hex');
    const { promise, resolve } = Promise.withResolvers<true>();
    this.#waited.set(id, { outgoing, pickedUp: () => resolve(true) });
    send(message, this.#askAgain(id));
    await outgoing;
    await within(promise, PICKED_UP_MS);
    this.#waited.delete(id);
  }

  async #again(message: Msg): Promise<void> {
    const id = message.string();
    const waited = this.#waited.get(id);
    if (!waited) return send(message, gone());
    const soon = await within(waited.outgoing, SOON_MS);
    send(message, soon ?? this.#askAgain(id));
    if (soon) waited.pickedUp();
  }

  #askAgain(id: string): Outgoing {
    const sent = headers();
    sent.set(HEADERS.later, `${this.#subject} ${id}`);
    return { payload: '', headers: sent };
  }
}

function gone(): Outgoing {
  const sent = headers();
  sent.set(HEADERS.error, 'UNAVAILABLE');
  return { payload: '{}', headers: sent };
}

/** Null when it takes longer. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  const timer = new AbortController();
  const late = delay(ms, null, { signal: timer.signal }).catch(() => null);
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}

/**
 * The answer that `reply` is, or that it says where to ask for.
 * @param until of `performance.now()`
 * @throws TimeoutError, NoRespondersError when who answers is gone
 */
export async function answered(nats: NatsConnection, reply: Msg, until: number): Promise<Msg> {
  for (let last = reply; ;) {
    const where = last.headers?.get(HEADERS.later);
    if (!where) return last;
    const [subject = '', id = ''] = where.split(' ');
    if (!subject.startsWith('_PARTS.')) throw new ServiceError('INVALID_MESSAGE');
    last = await nats.request(subject, id, { timeout: Math.max(1, until - performance.now()) });
  }
}
