import type { Loop } from './stats.ts';

/** One side of a comparison. */
interface Side extends AsyncDisposable {
  readonly name: string;
  /** Processes whose CPU counts, by name, each with its children; the measuring process itself does not count. */
  readonly processes: Readonly<Record<string, number>>;
}

/** Takes an item and says when it is done. */
export interface Contender extends Side {
  /** Resolves when the item is recorded, as a caller from outside can know it. */
  run(item: number): Promise<void>;
}

/** Is put under load by something that counts by itself. */
export interface LoadedSide extends Side {
  load(count: number, window: number): Promise<Loop>;
}
