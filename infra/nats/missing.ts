import { STREAM_NAMES, type StreamName } from '@takaro/contracts/services';
import type { Inventory } from './inventory.ts';
import { consumersOf, LANES, streamConfig } from './streams.ts';

export interface MissingOptions {
  /** On how many servers of a cluster each stream is kept. */
  readonly replicas: number;
  /** What was missing at the look before. */
  readonly before: ReadonlySet<string>;
  /** Called as soon as a stream is there: what comes after it may fail. */
  readonly onMade: (name: StreamName) => void;
}

/**
 * Makes the streams and durables that are not there and leaves the others as they are. Who has just been chosen to lead a cluster may not
 * know everything yet: only what was missing the time before, too, is made. Answers what is missing still.
 */
export async function makeMissing(inventory: Inventory, { replicas, before, onMade }: MissingOptions): Promise<ReadonlySet<string>> {
  const { manager } = inventory;
  const there = await inventory.streamNames();
  const missing = [...STREAM_NAMES, LANES.name].filter((name) => !there.has(name));
  const made = new Set(missing.filter((name) => before.has(name)));
  for (const name of STREAM_NAMES.filter((one) => made.has(one))) {
    await manager.streams.add(streamConfig(name, { replicas }));
    onMade(name);
  }
  if (made.has(LANES.name)) await manager.streams.add({ ...LANES, num_replicas: replicas });
  const left = new Set(missing.filter((name) => !made.has(name)));
  for (const name of STREAM_NAMES) {
    if (name === 'DEAD' || left.has(name)) continue;
    const readers = await inventory.consumerNames(name);
    for (const config of consumersOf(name)) {
      const durable = `${name} ${config.durable_name}`;
      if (readers.has(config.durable_name)) continue;
      // Nobody reads a stream that is new but through durables that are.
      if (made.has(name) || before.has(durable)) await manager.consumers.add(name, config);
      else left.add(durable);
    }
  }
  return left;
}
