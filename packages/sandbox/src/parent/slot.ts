import type { Child } from './child.ts';

/** A place for one process, which puts the next in it as soon as the last takes no more runs. */
export interface Slot {
  /** The one that takes runs, as soon as it is up. */
  child(): Promise<Child>;
  /** No further ones; the last retires. */
  close(graceMs: number): void;
}

export function openSlot(start: () => Promise<Child>): Slot {
  let isOpen = true;
  let current = start();

  const keep = async (): Promise<void> => {
    while (isOpen) {
      const child = await current;
      await child.retired;
      if (isOpen) current = start();
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
