import { EventEnvelope } from '@takaro/contracts/event-envelope';
import { matches } from '@takaro/contracts/validate';
import type { Bus } from './bus.ts';

/**
 * Hears events of their owners as they are published, at most once and without history: for dropping what was cached of other services'
 * data. What must not be missed is consumed from the stream instead. What somebody else wrote by hand changed nothing and is not heard.
 */
export function listen(bus: Bus, names: readonly string[], onEvent: (event: EventEnvelope) => void): AsyncDisposable {
  const subscriptions = names.map((name) =>
    bus.nats.subscribe(`event.*.*.*.${name}`, {
      callback: (_error, message) => {
        const event: unknown = message.json();
        if (matches<EventEnvelope>(EventEnvelope, event) && !event.byHand) onEvent(event);
      },
    }),
  );
  return {
    [Symbol.asyncDispose]: async () => {
      await Promise.all(subscriptions.map((subscription) => subscription.drain()));
    },
  };
}
