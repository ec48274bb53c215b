import type { Child } from './child.ts';

/** A place for one process, which puts the next in it as soon as the last takes no more runs. */
export interface Slot {
  /** The one that takes runs, as soon as it is up. */
  child(): Promise<Child>;
  /** No further ones; the last retires. */
  close(graceMs: number): void;
}

/** For the runs of a process that is replaced because it has run enough. */
const WORN_MS = 60_000;

export function openSlot(start: () => Promise<Child>): Slot {
  let isOpen = true;
  let current = start();

  const keep = async (): Promise<void> => {
    while (isOpen) {
      const child = await current;
      const isWorn = await Promise.race([child.retired.then(() => false), child.worn.then(() => true)]);
      if (!isOpen) return;
      const next = start();
      // Whoever is worn serves until the next one is up.
      if (isWorn) await Promise.race([next, child.retired]);
      current = next;
      if (isWorn) child.retire(WORN_MS);
      // Closed meanwhile: what was current then was told, this one was not.
      if (!isOpen) (await next).retire(0);
    }
  };
  const child = async (): Promise<Child> => {
    const up = await current;
    if (!up.isRetiring || !isOpen) return up;
    await up.retired;
    return child();
  };
  const close = (graceMs: number): void => {
    isOpen = false;
    current.then(
      (last) => last.retire(graceMs),
      () => undefined,
    );
  };
  keep().catch(() => undefined);
  current.catch(() => undefined);
  return { child, close };
}
