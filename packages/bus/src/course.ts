import type { JsMsg } from '@nats-io/jetstream';
import { begunKey, domainOf } from '@takaro/contracts/subjects';
import { type Item, itemsOf } from './batch.ts';
import type { InnerBus } from './bus.ts';
import type { ConsumeOptions, Delivery, Handling } from './consume.ts';
import type { Held } from './hand.ts';
import { SUSPECT_DELIVERIES } from './lane-takeover.ts';
import type { LaneHold } from './lanes.ts';
import type { Repetitions } from './repetitions.ts';
import { settle, settleTogether, unsettled } from './settle.ts';
import { settleSuspects } from './suspects.ts';
import { HEADERS } from './wire.ts';

export interface CourseParts<T> {
  readonly bus: InnerBus;
  readonly options: ConsumeOptions<T>;
  readonly hold: Pick<LaneHold, 'lane' | 'isValid'>;
  readonly repetitions: Repetitions<T>;
  /** Does the work when it is the item's turn. False where the lane is to be given up, or was lost. */
  readonly inTurn: (item: Item, work: () => Promise<boolean>) => Promise<boolean>;
}

interface Circumstances {
  readonly streamEpoch: string;
  readonly signal: AbortSignal;
}

/** Has a message handled, and each that travels in it. False where something of it is left to the next reader of its lane. */
export async function settleWhole<T>(parts: CourseParts<T>, held: Held, circumstances: Circumstances): Promise<boolean> {
  const { options, inTurn } = parts;
  const handlings = itemsOf(held.message).map((item) => ({ held, item, delivery: deliveryOf(held.message, item, circumstances) }));
  const [first] = handlings;
  const isSuspect = held.message.info.deliveryCount >= SUSPECT_DELIVERIES;
  // What travelled as one and is begun is finished, unless the lane is lost.
  if (first && handlings.length > 1 && (isSuspect || !options.keyOf))
    return inTurn(first.item, () => (isSuspect ? settleSuspected(parts, handlings) : settleUnknown(parts, handlings)));
  const areSettled = await Promise.all(handlings.map((handling) => inTurn(handling.item, () => settleUnknown(parts, [handling]))));
  return areSettled.every(Boolean);
}

/** Without those that were handled before. */
async function settleUnknown<T>(parts: CourseParts<T>, handlings: readonly Handling[]): Promise<boolean> {
  const { bus, options, repetitions } = parts;
  const unknown = repetitions.without(handlings);
  if (unknown.length > 1 && (await settleTogether(bus, options, unknown))) {
    repetitions.remember(unknown);
    return true;
  }
  for (const handling of unknown) if (!(await settleOne(parts, handling))) return false;
  return true;
}

async function settleOne<T>({ bus, options, hold, repetitions }: CourseParts<T>, handling: Handling): Promise<boolean> {
  if (!hold.isValid() || !(await settle(bus, options, handling))) return false;
  repetitions.remember([handling]);
  return true;
}

async function settleSuspected<T>(parts: CourseParts<T>, handlings: readonly Handling[]): Promise<boolean> {
  const { bus, options, hold } = parts;
  const key = begunKey(bus.service, options.stream, hold.lane);
  try {
    return await settleSuspects(bus, handlings, { key, settleOne: (handling) => settleOne(parts, handling) });
  } catch (error) {
    return handlings[0] ? unsettled(bus, handlings[0], error) : true;
  }
}

const deliveryOf = (message: JsMsg, { subject, index }: Item, { streamEpoch, signal }: Circumstances): Delivery => ({
  subject,
  domainId: domainOf(subject),
  ...(originOf(message, index) ?? { streamSeq: message.info.streamSequence, streamEpoch, index }),
  takenAt: performance.now(),
  deliveries: message.info.deliveryCount,
  signal,
});

const DIGITS = /^\d{1,15}$/;

/**
 * What was parked and driven again keeps the place that it had at first: ids that derive from it stay the same, so that nothing that
 * came of it before happens twice. Only services publish to the streams that are consumed here.
 */
function originOf(message: JsMsg, place: number): Pick<Delivery, 'streamSeq' | 'streamEpoch' | 'index'> | null {
  const [streamEpoch = '', sequence = '', index = String(place)] = message.headers?.get(HEADERS.origin).split(' ') ?? [];
  return DIGITS.test(sequence) && DIGITS.test(index) ? { streamEpoch, streamSeq: Number(sequence), index: Number(index) } : null;
}
