import { jetstreamManager } from '@nats-io/jetstream';
import type { Bus } from '@takaro/bus';

/** How many orders a domain has in the queue. */
export interface WaitingRoom {
  /** Whether one more fits; then it is counted. */
  enter(domainId: string): Promise<boolean>;
}

/**
 * Counts what this process published since it last asked the queue, and asks it anew only when that reaches the cap: what was
 * worked off meanwhile is not subtracted before, so that a domain is never let in beyond its cap, but for what other replicas
 * publish in between.
 */
export async function openWaitingRoom(bus: Bus, cap: number): Promise<WaitingRoom> {
  const manager = await jetstreamManager(bus.nats, { checkAPI: false });
  const known = new Map<string, number>();
  const ask = async (domainId: string): Promise<number> => {
    const info = await manager.streams.info('EXECUTIONS', { subjects_filter: `execution.${domainId}.>` });
    return Object.values(info.state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
  };
  return {
    enter: async (domainId) => {
      let waiting = known.get(domainId) ?? 0;
      if (waiting >= cap) waiting = await ask(domainId);
      if (waiting >= cap) return false;
      known.set(domainId, waiting + 1);
      return true;
    },
  };
}
