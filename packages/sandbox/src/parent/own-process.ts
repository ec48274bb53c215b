import type { Child } from './child.ts';
import type { Urgency } from './command.ts';
import { giveWay } from './give-way.ts';
import { openSlot } from './slot.ts';
import { throttle } from './throttle.ts';

/** Services go before functions. */
export const OF_FUNCTIONS: Urgency = { nice: 5, isIdle: false };
/** Functions of domains that did no harm go before those of others. */
const OF_HARMFUL_FUNCTIONS: Urgency = { nice: 19, isIdle: true };

/** The process of one domain. Once the domain did harm it has what others leave of the processors, and of that a part. */
export interface OwnProcess {
  child(): Promise<Child>;
  readonly isHarmful: boolean;
  markHarmful(): void;
  /** No further ones; the last retires. */
  close(graceMs: number): void;
}

export function openOwnProcess(start: (urgency: Urgency) => Promise<Child>): OwnProcess {
  let isHarmful = false;
  /** Those that are up and as urgent as others: the one that takes runs, and one that is replaced and has some left. */
  const urgent = new Set<Child>();
  const stepBack = async (one: Child): Promise<void> => {
    urgent.delete(one);
    await giveWay(one, OF_HARMFUL_FUNCTIONS);
  };
  const slot = openSlot(async () => {
    const urgency = isHarmful ? OF_HARMFUL_FUNCTIONS : OF_FUNCTIONS;
    const started = await start(urgency);
    throttle(started, () => isHarmful);
    if (urgency === OF_FUNCTIONS) {
      urgent.add(started);
      void started.exited.then(() => urgent.delete(started));
      if (isHarmful) void stepBack(started);
    }
    return started;
  });
  return {
    get isHarmful() {
      return isHarmful;
    },
    child: () => slot.child(),
    close: (graceMs) => slot.close(graceMs),
    // The first is as soon up as others, however busy the machine is: whoever did harm has a run that waits for it.
    markHarmful: () => {
      if (isHarmful) return;
      isHarmful = true;
      for (const one of urgent) void stepBack(one);
    },
  };
}
