import type { Msg } from '@nats-io/transport-node';
import { BATCH } from '@takaro/contracts/subjects';
import type { Delivery } from './consume.ts';
import { HEADERS } from './wire.ts';

/** What one message of a stream says, or one of those that travel in it. */
export interface Item {
  readonly subject: string;
  /** Its place among those that travel with it. */
  readonly index: number;
  /** @throws SyntaxError when it is not JSON */
  json(): unknown;
  text(): string;
}

/** As it came, of a stream or in passing. */
interface Message extends Pick<Msg, 'subject' | 'json' | 'string'> {
  readonly headers?: Msg['headers'] | undefined;
}

/** A message for a stream. */
export interface Publishable {
  readonly subject: string;
  readonly payload: unknown;
}

const NAME = /^[\w-]+$/;

const placeOf = (subject: string): string => subject.slice(0, subject.lastIndexOf('.') + 1);

/** Where and what to publish, so that several messages travel as one. @throws Error when they are not of one place */
export function batchOf(messages: readonly Publishable[]): Publishable {
  const place = placeOf(messages[0]?.subject ?? '');
  const payload = messages.map((message) => {
    if (placeOf(message.subject) !== place) throw new Error('What travels together has subjects that differ in their last token only');
    return [message.subject.slice(place.length), message.payload];
  });
  return { subject: `${place}${BATCH}`, payload };
}

/** Those that travel in a message, in their order; the message itself where it is none of several. */
export function itemsOf(message: Message): readonly Item[] {
  const alone: Item = { subject: message.subject, index: 0, json: () => message.json(), text: () => message.string() };
  return message.headers?.has(HEADERS.batch) ? (packed(message) ?? [alone]) : [alone];
}

/** The place is that of the message's own subject, never read from what it carries. Null where it is not as `batchOf` makes it. */
function packed(message: Message): readonly Item[] | null {
  const place = placeOf(message.subject);
  const content = contentOf(message);
  if (!Array.isArray(content) || content.length === 0) return null;
  const items = content.map((entry: unknown, index): Item | null => {
    if (!Array.isArray(entry) || entry.length !== 2) return null;
    const [name, payload]: unknown[] = entry;
    if (typeof name !== 'string' || !NAME.test(name)) return null;
    return { subject: `${place}${name}`, index, json: () => payload, text: () => JSON.stringify(payload) };
  });
  return items.every((item) => item !== null) ? items : null;
}

function contentOf(message: Message): unknown {
  try {
    return message.json();
  } catch {
    return null;
  }
}

/** Where a message was at first, for one that is published again: what is derived from that stays the same. */
export const originHeader = ({ streamEpoch, streamSeq, index }: Pick<Delivery, 'streamEpoch' | 'streamSeq' | 'index'>): string =>
  [streamEpoch, streamSeq, ...(index > 0 ? [index] : [])].join(' ');
