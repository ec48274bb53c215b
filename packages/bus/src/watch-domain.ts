import type { Msg } from '@nats-io/transport-node';
import { everythingIn } from '@takaro/contracts/subjects';
import { type Item, itemsOf } from './batch.ts';
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
        else for (const [item, sizeBytes] of sizedItems(message)) onMessage(item.json(), sizeBytes);
      },
    }),
  );
  return {
    [Symbol.dispose]: () => {
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}

/** What travelled together is of about one size. */
function sizedItems(message: Msg): [Item, number][] {
  const items = itemsOf(message);
  return items.map((item) => [item, Math.ceil(message.data.length / items.length)]);
}
