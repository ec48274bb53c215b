import { Type, type Static } from 'typebox';
import { request } from '../contract.ts';
import { STREAM_NAMES } from '../services.ts';
import { DOMAIN_ID_PATTERN, Instant, Nullable, OneOf, Strict } from '../shapes.ts';
import { PLATFORM } from '../subjects.ts';

const PARKABLE = STREAM_NAMES.filter((name) => name !== 'DEAD');
const Sequence = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const Sequences = Type.Array(Sequence, { minItems: 1, maxItems: 100, uniqueItems: true });

/** A message that its consumer gave up on: what it was, and why. */
export const DeadMessage = Strict({
  /** Its place in the stream DEAD, by which it is named. */
  sequence: Sequence,
  parkedAt: Instant,
  /** `_` for what belongs to no domain. */
  domainId: Type.String(),
  stream: Type.String(),
  subject: Type.String(),
  /** The durable that gave up on it. */
  consumer: Type.String(),
  deliveries: Type.Integer(),
  error: Strict({ code: Type.String(), cause: Type.String() }),
  /** The first 4,096 characters. */
  payload: Type.String(),
  payloadChars: Type.Integer(),
  /** Whether the whole payload is there, and the message names the place that it came from: only then it can be driven again. */
  drivable: Type.Boolean(),
});
export type DeadMessage = Static<typeof DeadMessage>;

/** What consumers gave up on, in the order in which that happened; it is kept for 30 days. */
export const searchDeadMessages = request({
  service: 'tenancy',
  operation: 'search-dead-messages',
  access: 'admin',
  rest: { method: 'POST', path: '/dead-message/search', id: 'DeadMessageController_search' },
  input: Strict({
    domainId: Type.Optional(Type.String({ pattern: `${DOMAIN_ID_PATTERN}|^${PLATFORM}$` })),
    stream: Type.Optional(OneOf(PARKABLE)),
    /** Only those behind this sequence: `next` of the page before. */
    after: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    /** @default 20 */
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  }),
  output: Strict({
    messages: Type.Array(DeadMessage),
    /** Of all pages. */
    total: Type.Integer({ minimum: 0 }),
    /** What to ask for next, null where nothing follows. */
    next: Nullable(Sequence),
  }),
  errors: [],
  timeoutMs: 10_000,
  idempotent: true,
});

/**
 * Puts messages back where they came from; each is gone from here when its stream has it. One that fails again is parked again, at
 * another sequence. Every consumer of the stream sees it again, under the identity that it had at first.
 */
export const redriveDeadMessages = request({
  service: 'tenancy',
  operation: 'redrive-dead-messages',
  access: 'admin',
  rest: { method: 'POST', path: '/dead-message/redrive', id: 'DeadMessageController_redrive' },
  input: Strict({ sequences: Sequences }),
  output: Strict({
    redriven: Type.Array(Sequence),
    /** Not there, or not there any more. */
    missing: Type.Array(Sequence),
    /** Left where they are: not drivable. */
    refused: Type.Array(Sequence),
  }),
  errors: [],
  timeoutMs: 30_000,
});

/** Forgets messages for good. */
export const dropDeadMessages = request({
  service: 'tenancy',
  operation: 'drop-dead-messages',
  access: 'admin',
  rest: { method: 'POST', path: '/dead-message/drop', id: 'DeadMessageController_drop' },
  input: Strict({ sequences: Sequences }),
  output: Strict({ dropped: Type.Array(Sequence), missing: Type.Array(Sequence) }),
  errors: [],
  timeoutMs: 30_000,
});
