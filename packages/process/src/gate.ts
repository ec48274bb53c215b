import { ServiceError } from '@takaro/contracts/errors';
import pLimit from 'p-limit';

/** Lets some through at once and some more wait. */
export interface Gate {
  /** For who would do something before entering. @throws ServiceError UNAVAILABLE when too many wait already */
  checkRoom(): void;
  /** @throws ServiceError UNAVAILABLE when too many wait already */
  enter<T>(work: () => Promise<T>): Promise<T>;
}

export function createGate({ atOnce, waiting }: { readonly atOnce: number; readonly waiting: number }): Gate {
  const limit = pLimit(atOnce);
  const checkRoom = (): void => {
    if (limit.activeCount + limit.pendingCount >= atOnce + waiting) throw new ServiceError('UNAVAILABLE');
  };
  return {
    checkRoom,
    enter: async (work) => {
      checkRoom();
      return limit(work);
    },
  };
}
