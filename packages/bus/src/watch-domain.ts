import { everythingIn } from '@takaro/contracts/subjects';
import type { Bus } from './bus.ts';

/**
 * Hears what happens in one domain, events and log lines, for who watches it: at most once, without history, and beside those who work on
 * the streams. What a message holds is not looked at.
 */
export function watchDomain(bus: Bus, domainId: string, onMessage: (message: unknown, sizeBytes: number) => void): Disposable {
  const subscriptions = everythingIn(domainId).map((subject) =>
    bus.nats.subscribe(subject, {
      callback: (error, message) => {
        if (error) bus.log.warn({ err: error, subject }, 'the domain cannot be watched');
        else onMessage(message.json(), message.data.length);
      },
    }),
  );
  return {
    [Symbol.dispose]: () => {
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}
