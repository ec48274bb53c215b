import { type KV, Kvm } from '@nats-io/kv';
import { LANES_BUCKET } from '@takaro/contracts/subjects';
import type { InnerBus } from './bus.ts';
import type { Handling } from './consume.ts';

/** Which of several messages that travelled as one was begun last, and how often it was begun. */
interface Begun {
  readonly streamEpoch: string;
  readonly streamSeq: number;
  readonly index: number;
  readonly tries: number;
}

const buckets = new WeakMap<InnerBus, Promise<KV>>();

function bucketOf(bus: InnerBus): Promise<KV> {
  const opening = buckets.get(bus) ?? new Kvm(bus.jetstream).open(LANES_BUCKET, { allow_direct: true });
  buckets.set(bus, opening);
  opening.catch(() => buckets.delete(bus));
  return opening;
}

/**
 * Handles in their place messages that travelled as one and were delivered suspiciously often, and notes which one it begins: one that
 * ends every process is known by that, and the others, which are innocent, are handled once. `settleOne` is given each with the
 * number of times that it was begun. @throws Error when it cannot be noted
 */
export async function settleSuspects(
  bus: InnerBus,
  handlings: readonly Handling[],
  { key, settleOne }: { readonly key: string; readonly settleOne: (handling: Handling) => Promise<boolean> },
): Promise<boolean> {
  const bucket = await bucketOf(bus);
  const last = begunIn((await bucket.get(key))?.string());
  for (const handling of handlings) {
    const { streamEpoch, streamSeq, index } = handling.delivery;
    const begun = last?.streamSeq === streamSeq && last.streamEpoch === streamEpoch ? last : null;
    // Settled before the one that was begun last.
    if (begun && index < begun.index) continue;
    const tries = index === begun?.index ? begun.tries + 1 : 1;
    await bucket.put(key, JSON.stringify({ streamEpoch, streamSeq, index, tries } satisfies Begun));
    const isSettled = await settleOne({ ...handling, delivery: { ...handling.delivery, deliveries: tries } });
    if (!isSettled) return false;
  }
  return true;
}

function begunIn(text: string | undefined): Begun | null {
  try {
    return text === undefined ? null : (JSON.parse(text) as Begun);
  } catch {
    return null;
  }
}
