import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '@takaro/bus';
import { getEvent, searchEvents } from '@takaro/contracts/events/rest';
import { LIMITS } from '@takaro/contracts/limits';
import type { DomainCaller } from '../sign-in.ts';
import type { Missed } from './stream-text.ts';

/** By then the history has what was told before the watcher began to listen: it fetches five times a second. */
const HISTORY_LAG_MS = 500;

/**
 * What the history has since an event, a thousand at most. A gap where it is more, where the event is not there any more, and where the
 * history is not the caller's to read: that takes READ_EVENTS, which watching does not.
 */
export async function missedSince(bus: Bus, caller: DomainCaller, lastId: string): Promise<Missed> {
  try {
    await delay(HISTORY_LAG_MS);
    const { createdAt } = await bus.call(getEvent, { id: lastId }, caller);
    const since = { greaterThan: { createdAt }, sortBy: 'createdAt', limit: LIMITS.pageLimitMax };
    const { rows, total } = await bus.call(searchEvents, since, caller);
    return { events: rows.filter(({ id }) => id !== lastId), isGap: total > rows.length };
  } catch (error) {
    bus.log.debug({ err: error, domainId: caller.domainId }, 'what was missed is not known');
    return { events: [], isGap: true };
  }
}
