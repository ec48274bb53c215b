import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';

/** The keys of a process, which may change while it runs: two of a kind are valid while one is rotated. */
export interface KeyRing<Key> {
  /** At most a second old. The same array for as long as nothing changed. */
  keys(): Promise<readonly Key[]>;
  /** As they are now: for a key that is not among them. */
  look(): Promise<readonly Key[]>;
}

/** Keys that stay as they are. */
export const fixedRing = <Key>(keys: readonly Key[]): KeyRing<Key> => ({ keys: async () => keys, look: async () => keys });

/** A file that was changed is read again after this long at most. */
const FRESH_MS = 1_000;

export interface KeyFile<Key> {
  readonly path: string;
  /** @throws when the text holds no keys */
  readonly read: (text: string) => readonly Key[];
  /** Told once of a change that cannot be read; the keys before it stay. */
  readonly onProblem?: (error: unknown) => void;
}

/** Keys in a file that is replaced as a whole. Read at once. @throws what `read` throws, and what reading the file does */
export function ringInFile<Key>({ path, read, onProblem }: KeyFile<Key>): KeyRing<Key> {
  let keys = read(readFileSync(path, 'utf8'));
  let version: string | null = null;
  let lookedAt = performance.now();
  let looking: Promise<readonly Key[]> | null = null;

  const take = async (): Promise<readonly Key[]> => {
    lookedAt = performance.now();
    let now = 'unreadable';
    try {
      const { ino, size, mtimeMs } = await stat(path);
      now = `${ino} ${size} ${mtimeMs}`;
      // Nobody knows when between the first read and the first look it changed.
      if (now !== version) keys = sameOr(keys, read(readFileSync(path, 'utf8')));
    } catch (error) {
      if (now !== version) onProblem?.(error);
    }
    version = now;
    return keys;
  };
  const look = (): Promise<readonly Key[]> =>
    (looking ??= take().finally(() => {
      looking = null;
    }));
  return { keys: async () => (performance.now() - lookedAt < FRESH_MS ? keys : look()), look };
}

const sameOr = <Key>(known: readonly Key[], read: readonly Key[]): readonly Key[] =>
  JSON.stringify(known) === JSON.stringify(read) ? known : read;
