import type { IngestEnvelope } from '@takaro/contracts/event-envelope';
import { deriveId } from '@takaro/contracts/ids';
import { LIMITS } from '@takaro/contracts/limits';

/** An event on its way into its stream. */
export interface Item {
  readonly envelope: IngestEnvelope;
  readonly msgId: string;
  /** In the clock of `performance`; of one game server never earlier than for the item before. */
  readonly turnAt: number;
  readonly bytes: number;
  readonly onStored: () => void;
}

/** Events that go into the stream as one message. Tried again as it is: its id means these events. */
export interface Batch {
  readonly msgId: string;
  readonly items: readonly Item[];
}

const MOST_ITEMS = 64;
/** Of their frames, which can grow by as much on their way into the envelope as `isTooLarge` thinks, so that a batch never is. */
const MOST_BYTES = LIMITS.streamMessageBytes / 16;

export const batchOf = (items: readonly Item[]): Batch => {
  const [first] = items;
  return { msgId: first && items.length === 1 ? first.msgId : deriveId(...items.map(({ msgId }) => msgId)), items };
};

export const isLog = ({ envelope }: Pick<Item, 'envelope'>): boolean => envelope.name === 'log';

const isOfOne = (one: Item, other: Item): boolean =>
  one.envelope.gameServerId === other.envelope.gameServerId && one.envelope.domainId === other.envelope.domainId;

/** In the order of the items; lines of logs, which have a stream of their own, among themselves. */
export const batchesOf = (items: readonly Item[]): Batch[] => [
  ...packed(items.filter((item) => !isLog(item))),
  ...packed(items.filter(isLog)),
];

function packed(items: readonly Item[]): Batch[] {
  const batches: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const open = batches.at(-1);
    bytes += item.bytes;
    const fits = open?.[0] && isOfOne(open[0], item) && open.length < MOST_ITEMS && bytes <= MOST_BYTES;
    if (fits) open.push(item);
    else {
      batches.push([item]);
      bytes = item.bytes;
    }
  }
  return batches.map(batchOf);
}
