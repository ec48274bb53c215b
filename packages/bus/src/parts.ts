import { randomBytes } from 'node:crypto';
import type { Msg, MsgHdrs, NatsConnection } from '@nats-io/transport-node';
import { ServiceError } from '@takaro/contracts/errors';
import { LIMITS } from '@takaro/contracts/limits';
import { LRUCache } from 'lru-cache';
import { HEADERS } from './wire.ts';

/** How long a large payload waits to be fetched. */
const KEPT_MS = 30_000;
/** Bytes of large payloads that one process keeps at once; the oldest go first. */
const KEPT_BYTES = 256 * 1_048_576;

/**
 * Large requests and replies. NATS refuses a message over its maximum, and an oversized reply would leave the caller waiting; so a
 * payload over `LIMITS.replyPartBytes` stays with its sender, the message names it, and the receiver fetches it part by part at
 * its own pace. The id is unguessable and the subject belongs to the sender's credentials.
 */
export class PartStore {
  readonly #kept = new LRUCache<string, Buffer>({
    ttl: KEPT_MS,
    ttlAutopurge: true,
    maxSize: KEPT_BYTES,
    sizeCalculation: (bytes) => bytes.length,
  });
  readonly #subject: string;
  readonly #nats: NatsConnection;

  constructor(nats: NatsConnection, service: string) {
    this.#nats = nats;
    this.#subject = `_PARTS.${service}.${randomBytes(8).toString('hex')}`;
    nats.subscribe(this.#subject, { callback: (_error, message) => this.#give(message) });
  }

  /**
   * The payload to send: as it is, or empty with a header that tells where to fetch it.
   * @throws ServiceError REPLY_TOO_LARGE
   */
  wrap(text: string, headers: MsgHdrs): string | Buffer {
    if (text.length * 3 <= LIMITS.replyPartBytes) return text;
    const bytes = Buffer.from(text);
    if (bytes.length <= LIMITS.replyPartBytes) return bytes;
    if (bytes.length > LIMITS.replyBytes) throw new ServiceError('REPLY_TOO_LARGE');
    const id = randomBytes(16).toString('hex');
    this.#kept.set(id, bytes);
    headers.set(HEADERS.parts, `${this.#subject} ${id} ${Math.ceil(bytes.length / LIMITS.replyPartBytes)}`);
    return '';
  }

  /** The whole payload of a message as JSON. @throws ServiceError UNAVAILABLE when its sender is gone, INVALID_MESSAGE */
  async unwrap(message: Msg): Promise<unknown> {
    const header = message.headers?.get(HEADERS.parts);
    const text = header ? await this.#fetch(header) : message.string();
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new ServiceError('INVALID_MESSAGE', { cause: error });
    }
  }

  async #fetch(header: string): Promise<string> {
    const [subject = '', id = '', countText = ''] = header.split(' ');
    const count = Number(countText);
    if (!subject.startsWith('_PARTS.') || !(count <= LIMITS.replyBytes / LIMITS.replyPartBytes)) throw new ServiceError('INVALID_MESSAGE');
    const parts: Uint8Array[] = [];
    for (let index = 0; index < count; index += 1) {
      const reply = await this.#nats.request(subject, `${id} ${index}`, { timeout: LIMITS.requestTimeoutMs }).catch((error: unknown) => {
        throw new ServiceError('UNAVAILABLE', { cause: error });
      });
      if (reply.data.length === 0) throw new ServiceError('UNAVAILABLE');
      parts.push(reply.data);
    }
    return Buffer.concat(parts).toString();
  }

  #give(message: Msg): void {
    const [id = '', index = ''] = message.string().split(' ');
    const start = Number(index) * LIMITS.replyPartBytes;
    message.respond(this.#kept.get(id)?.subarray(start, start + LIMITS.replyPartBytes) ?? '');
  }
}
