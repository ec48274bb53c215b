/** One side of a comparison: something that takes an item and says when it is done. */
export interface Contender extends AsyncDisposable {
  readonly name: string;
  /** Resolves when the item is recorded, as a caller from outside can know it. */
  run(item: number): Promise<void>;
  /** Processes whose CPU counts, by name, each with its children; the measuring process itself does not count. */
  readonly processes: Readonly<Record<string, number>>;
}
