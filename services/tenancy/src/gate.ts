import { ServiceError } from '@takaro/contracts/errors';

/** Lets some through at once and some more wait. */
export interface Gate {
  /** For who would do something before entering. @throws ServiceError UNAVAILABLE when too many wait already */
  checkRoom(): void;
  /** @throws ServiceError UNAVAILABLE when too many wait already */
  enter<T>(work: () => Promise<T>): Promise<T>;
}

export function createGate({ atOnce, waiting }: { readonly atOnce: number; readonly waiting: number }): Gate {
  const queue: (() => void)[] = [];
  let inside = 0;
  const leave = (): void => {
    inside -= 1;
    queue.shift()?.();
  };
  const checkRoom = (): void => {
    if (inside >= atOnce && queue.length >= waiting) throw new ServiceError('UNAVAILABLE');
  };
  return {
    checkRoom,
    enter: async (work) => {
      checkRoom();
      if (inside >= atOnce) {
        await new Promise<void>((resolve) => queue.push(resolve));
      }
      inside += 1;
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
