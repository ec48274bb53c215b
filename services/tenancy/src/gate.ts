import { ServiceError } from '@takaro/contracts/errors';

/** Lets some through at once and some more wait. */
export interface Gate {
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
  return {
    enter: async (work) => {
      if (inside >= atOnce) {
        if (queue.length >= waiting) throw new ServiceError('UNAVAILABLE');
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
