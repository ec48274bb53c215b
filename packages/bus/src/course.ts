import type { JsMsg } from '@nats-io/jetstream';
import { domainOf } from '@takaro/contracts/subjects';
import { type Item, itemsOf, takeApart } from './batch.ts';
import type { InnerBus } from './bus.ts';
import type { ConsumeOptions, Delivery, Handling } from './consume.ts';
import type { Held } from './hand.ts';
import { SUSPECT_DELIVERIES } from './lane-takeover.ts';
import type { Repetitions } from './repetitions.ts';
import { settle, settleTogether, unsettled } from './settle.ts';
import { HEADERS } from './wire.ts';

export interface CourseParts<T> {
  readonly bus: InnerBus;
  readonly options: ConsumeOptions<T>;
  readonly repetitions: Repetitions<T>;
  /** Does the work when it is the item's turn. False where the lane is not this process's any more. */
  readonly inTurn: (item: Item, work: () => Promise<boolean>) => Promise<boolean>;
}

interface Circumstances {
  readonly streamEpoch: string;
  readonly signal: AbortSignal;
}

/** Has a message handled, and each that travels in it. False where something of it is left to the next reader of its lane. */
export async function settleWhole<T>(parts: CourseParts<T>, held: Held, circumstances: Circumstances): Promise<boolean> {
  const { bus, options, inTurn } = parts;
  const { deliveryCount } = held.message.info;
  const handlings = itemsOf(held.message).map((item) => ({ held, item, delivery: deliveryOf(held.message, item, circumstances) }));
  const [first] = handlings;
  if (first && handlings.length > 1 && deliveryCount >= SUSPECT_DELIVERIES) return inTurn(first.item, () => apart(bus, handlings, first));
  if (first && handlings.length > 1 && deliveryCount === 1 && options.reactTogether)
    return inTurn(first.item, () => settleUnknown(parts, handlings));
  const areSettled = await Promise.all(handlings.map((handling) => inTurn(handling.item, () => settleUnknown(parts, [handling]))));
  return areSettled.every(Boolean);
}

/** Without those that were handled before. */
async function settleUnknown<T>({ bus, options, repetitions }: CourseParts<T>, handlings: readonly Handling[]): Promise<boolean> {
  const unknown = repetitions.without(handlings);
  const [alone] = unknown;
  if (!alone) return true;
  const isSettled = unknown.length > 1 ? await settleTogether(bus, options, unknown) : await settle(bus, options, alone);
  if (isSettled) repetitions.remember(unknown);
  return isSettled;
}

/** Each goes on by itself; this process is done with them then. */
async function apart(bus: InnerBus, handlings: readonly Handling[], first: Handling): Promise<boolean> {
  const items = handlings.map(({ item }) => item);
  try {
    await takeApart(bus, items, first.delivery);
    return true;
  } catch (error) {
    return unsettled(bus, first, error);
  }
}

const deliveryOf = (message: JsMsg, { subject, index }: Item, { streamEpoch, signal }: Circumstances): Delivery => ({
  subject,
  domainId: domainOf(subject),
  ...(originOf(message) ?? { streamSeq: message.info.streamSequence, streamEpoch, index }),
  takenAt: performance.now(),
  deliveries: message.info.deliveryCount,
  signal,
});

const DIGITS = /^\d{1,15}$/;

/**
 * What was parked and driven again keeps the place that it had at first: ids that derive from it stay the same, so that nothing that
 * came of it before happens twice. Only services publish to the streams that are consumed here.
 */
function originOf(message: JsMsg): Pick<Delivery, 'streamSeq' | 'streamEpoch' | 'index'> | null {
  const [streamEpoch = '', sequence = '', index = '0'] = message.headers?.get(HEADERS.origin).split(' ') ?? [];
  return DIGITS.test(sequence) && DIGITS.test(index) ? { streamEpoch, streamSeq: Number(sequence), index: Number(index) } : null;
}
