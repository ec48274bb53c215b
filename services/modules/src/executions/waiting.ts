import { jetstreamManager } from '@nats-io/jetstream';
import type { Bus } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { LRUCache } from 'lru-cache';

/** How many orders a domain has in the queue. */
export interface WaitingRoom {
  /** Whether one more fits; then it is counted. @throws ServiceError UNAVAILABLE */
  enter(domainId: string): Promise<boolean>;
}

/** How long a count is believed: triggers and cron jobs are queued by any replica, and a domain may have been in another's lanes. */
const BELIEVED_MS = 5_000;

/**
 * Counts what this process published since it last asked the queue, and asks it anew when that reaches the cap or is old: what was worked
 * off meanwhile is not subtracted before, so that a domain is never let in beyond its cap, but for what other replicas publish in
 * between. Events of a domain are matched by one replica, the one that holds its lane.
 */
export async function openWaitingRoom(bus: Bus, cap: number): Promise<WaitingRoom> {
  const manager = await jetstreamManager(bus.nats, { checkAPI: false });
  const known = new LRUCache<string, number>({ max: 10_000, ttl: BELIEVED_MS, noUpdateTTL: true });
  const ask = async (domainId: string): Promise<number> => {
    const asking = manager.streams.info('EXECUTIONS', { subjects_filter: `execution.${domainId}.>` });
    const info = await asking.catch((error: unknown) => {
      throw new ServiceError('UNAVAILABLE', { cause: error });
    });
    return Object.values(info.state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
  };
  return {
    enter: async (domainId) => {
      const counted = known.get(domainId);
      let waiting = counted ?? 0;
      if (counted === undefined || counted >= cap) {
        const asked = await ask(domainId);
        // Others entered while it was asked.
        waiting = counted === undefined ? Math.max(asked, known.get(domainId) ?? 0) : asked;
      }
      if (waiting >= cap) return false;
      known.set(domainId, waiting + 1);
      return true;
    },
  };
}
