import { jetstreamManager, type JetStreamManager, type StoredMsg } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { BATCH, domainOf, PLATFORM, STREAM_PREFIXES } from '@takaro/contracts/subjects';
import type { DeadMessage } from '@takaro/contracts/tenancy/dead-messages';
import { matches } from '@takaro/contracts/validate';
import { Type, type Static } from 'typebox';
import { originHeader } from './batch.ts';
import { type Bus, innerOf } from './bus.ts';
import { traceparent } from './trace.ts';
import { HEADERS } from './wire.ts';

/** What consumers gave up on and parked in the stream DEAD. */
export interface DeadMessages {
  /** Those behind a sequence, oldest first, and how many there are on all pages. */
  list(asked: Asked): Promise<{ messages: DeadMessage[]; total: number; next: number | null }>;
  /** Puts one back where it came from, then forgets it. */
  redrive(sequence: number): Promise<'redriven' | 'missing' | 'refused'>;
  /** Forgets one for good; answers whether it was there. */
  drop(sequence: number): Promise<boolean>;
}

interface Asked {
  readonly domainId?: string | undefined;
  readonly stream?: string | undefined;
  readonly after: number;
  readonly limit: number;
}

const STREAM = 'DEAD';
const SHOWN_CHARS = 4_096;

/** As `settle` parks it. */
const Parked = Type.Object({
  stream: Type.String(),
  consumer: Type.String(),
  subject: Type.String(),
  streamSequence: Type.Integer(),
  streamEpoch: Type.String({ pattern: '^\\S+$' }),
  /** Its place among those that it travelled with, where it was not the first. */
  index: Type.Optional(Type.Integer({ minimum: 1 })),
  deliveryCount: Type.Integer(),
  error: Type.Object({ code: Type.String(), cause: Type.String() }),
  payload: Type.String(),
  truncated: Type.Optional(Type.Boolean()),
});
type Parked = Static<typeof Parked>;

export async function openDeadMessages(bus: Bus): Promise<DeadMessages> {
  const manager = await jetstreamManager(bus.nats, { checkAPI: false });
  const drop = async (sequence: number): Promise<boolean> =>
    manager.streams.deleteMessage(STREAM, sequence).catch((error: unknown) => {
      // The server does not say by its code that it is gone; that nobody finds it does.
      return messageAt(manager, sequence).then((message) => {
        if (message) throw error;
        return false;
      });
    });
  return {
    list: (asked) => list(manager, asked),
    redrive: async (sequence) => {
      const message = await messageAt(manager, sequence);
      if (!message) return 'missing';
      const parked = parkedIn(message);
      if (!parked || !isDrivable(parked, message)) return 'refused';
      await putBack(bus, parked, message);
      await drop(sequence);
      return 'redriven';
    },
    drop,
  };
}

async function list(manager: JetStreamManager, { domainId = '*', stream = '*', after, limit }: Asked) {
  const subject = `dead.${domainId}.${stream}`;
  const { state } = await manager.streams.info(STREAM, { subjects_filter: subject });
  const total = Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
  const found: StoredMsg[] = [];
  for (let sequence = after + 1; found.length <= limit;) {
    const query = { seq: sequence, next_by_subj: subject };
    const message = await manager.streams.getMessage(STREAM, query);
    if (!message) break;
    found.push(message);
    sequence = message.seq + 1;
  }
  const messages = found.slice(0, limit).map(show);
  return { messages, total, next: found.length > limit ? (messages.at(-1)?.sequence ?? null) : null };
}

const messageAt = (manager: JetStreamManager, seq: number): Promise<StoredMsg | null> => manager.streams.getMessage(STREAM, { seq });

function parkedIn(message: StoredMsg): Parked | null {
  try {
    const parked = message.json();
    return matches<Parked>(Parked, parked) ? parked : null;
  } catch {
    return null;
  }
}

/** Whoever may park could say anything of where a message came from: it goes back only within the domain and stream of its subject. */
function isDrivable({ stream, subject, truncated }: Parked, message: StoredMsg): boolean {
  const [prefix = ''] = subject.split('.');
  const isWhole = truncated !== true && !/[\s*>]/.test(subject);
  return isWhole && STREAM_PREFIXES.get(prefix) === stream && message.subject === `dead.${domainOf(subject)}.${stream}`;
}

function show(message: StoredMsg): DeadMessage {
  const parked = parkedIn(message);
  const payload = parked?.payload ?? message.string();
  const [, domainId = PLATFORM, stream = ''] = message.subject.split('.');
  return {
    sequence: message.seq,
    parkedAt: message.time.toISOString(),
    domainId,
    stream,
    subject: parked?.subject ?? '',
    consumer: parked?.consumer ?? '',
    deliveries: parked?.deliveryCount ?? 0,
    error: parked ? { code: parked.error.code, cause: parked.error.cause } : { code: 'UNREADABLE', cause: '' },
    payload: payload.slice(0, SHOWN_CHARS),
    payloadChars: payload.length,
    drivable: parked !== null && isDrivable(parked, message),
  };
}

/** Under an id of its own: the stream would drop a message under the one that it had within the dedupe window. */
async function putBack(
  bus: Bus,
  { subject, payload, streamEpoch, streamSequence: streamSeq, index = 0 }: Parked,
  { seq, time }: StoredMsg,
): Promise<void> {
  const sent = headers();
  sent.set(HEADERS.trace, traceparent());
  sent.set(HEADERS.origin, originHeader({ streamEpoch, streamSeq, index }));
  if (subject.endsWith(`.${BATCH}`)) sent.set(HEADERS.batch, '1');
  await innerOf(bus).jetstream.publish(subject, payload, { msgID: `redrive-${seq}-${time.getTime()}`, headers: sent });
}
