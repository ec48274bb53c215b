import type { Child } from './child.ts';
import { giveWay } from './give-way.ts';
import { openSlot } from './slot.ts';
import { throttle } from './throttle.ts';

/** The process of one domain. Once the domain did harm it has what others leave of the processors, and of that a part. */
export interface OwnProcess {
  child(): Promise<Child>;
  readonly isHarmful: boolean;
  markHarmful(): void;
  /** No further ones; the last retires. */
  close(graceMs: number): void;
}

/** `start` starts one that is as urgent as others, of a harmful domain too: it would not be up on a full machine before a run's time is over. */
export function openOwnProcess(start: () => Promise<Child>): OwnProcess {
  let isHarmful = false;
  /** Those that are up and as urgent as others: the one that takes runs, and one that is replaced and has some left. */
  const urgent = new Set<Child>();
  const stepBack = async (one: Child): Promise<void> => {
    urgent.delete(one);
    await giveWay(one);
  };
  const slot = openSlot(async () => {
    const started = await start();
    throttle(started, () => isHarmful);
    if (isHarmful) {
      await stepBack(started);
    } else {
      urgent.add(started);
      void started.exited.then(() => urgent.delete(started));
    }
    return started;
  });
  return {
    get isHarmful() {
      return isHarmful;
    },
    child: () => slot.child(),
    close: (graceMs) => slot.close(graceMs),
    markHarmful: () => {
      if (isHarmful) return;
      isHarmful = true;
      for (const one of urgent) void stepBack(one);
    },
  };
}
