import { type Bus, watchDomain } from '@takaro/bus';
import { type News, newsIn } from './news.ts';

export type Listener = (news: News) => void;

interface Watched {
  readonly hearing: Disposable;
  readonly listeners: Set<Listener>;
}

/**
 * What happens in domains, to those who watch them: heard in passing, so at most once, and only of domains that somebody watches here.
 * The streams and who works on them notice nothing.
 */
export class LiveFeed {
  readonly #bus: Bus;
  readonly #watched = new Map<string, Watched>();

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** Until it is disposed. */
  watch(domainId: string, listener: Listener): Disposable {
    const watched = this.#watched.get(domainId) ?? this.#begin(domainId);
    watched.listeners.add(listener);
    return {
      [Symbol.dispose]: () => {
        if (!watched.listeners.delete(listener) || watched.listeners.size > 0) return;
        this.#watched.delete(domainId);
        watched.hearing[Symbol.dispose]();
      },
    };
  }

  #begin(domainId: string): Watched {
    const listeners = new Set<Listener>();
    const hearing = watchDomain(this.#bus, domainId, (message, sizeBytes) => {
      const news = newsIn(message, sizeBytes);
      if (news) for (const listener of listeners) listener(news);
    });
    const watched = { hearing, listeners };
    this.#watched.set(domainId, watched);
    return watched;
  }
}
