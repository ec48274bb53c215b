import type { Bus } from '@takaro/bus';
import { getEvent, searchEvents } from '@takaro/contracts/events/rest';
import { LIMITS } from '@takaro/contracts/limits';
import type { DomainCaller } from '../sign-in.ts';
import type { Missed } from './stream-text.ts';

/**
 * What the history has since an event, a thousand at most. A gap where it is more, where the event is not there any more, and where the
 * history is not the caller's to read: that takes READ_EVENTS, which watching does not.
 */
export async function missedSince(bus: Bus, caller: DomainCaller, lastId: string): Promise<Missed> {
  try {
    const { createdAt } = await bus.call(getEvent, { id: lastId }, caller);
    const since = { greaterThan: { createdAt }, sortBy: 'createdAt', limit: LIMITS.pageLimitMax };
    const { rows, total } = await bus.call(searchEvents, since, caller);
    return { events: rows.filter(({ id }) => id !== lastId), isGap: total > rows.length };
  } catch (error) {
    bus.log.debug({ err: error, domainId: caller.domainId }, 'what was missed is not known');
    return { events: [], isGap: true };
  }
}
