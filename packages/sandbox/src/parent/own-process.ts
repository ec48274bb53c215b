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
  markHarmful(): void;
  /** No further ones; the last retires. */
  close(graceMs: number): void;
}

export function openOwnProcess(start: (urgency: Urgency) => Promise<Child>): OwnProcess {
  let isHarmful = false;
  const { child, close } = openSlot(async () => {
    const started = await start(isHarmful ? OF_HARMFUL_FUNCTIONS : OF_FUNCTIONS);
    throttle(started, () => isHarmful);
    return started;
  });
  const stepBack = async (): Promise<void> => giveWay((await child()).pid, OF_HARMFUL_FUNCTIONS);
  return {
    child,
    close,
    // The first is as soon up as others, however busy the machine is: whoever did harm has a run that waits for it.
    markHarmful: () => {
      if (isHarmful) return;
      isHarmful = true;
      stepBack().catch(() => undefined);
    },
  };
}
