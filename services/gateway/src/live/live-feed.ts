import { type Bus, watchDomain } from '@takaro/bus';
import { LRUCache } from 'lru-cache';
import { type News, newsIn } from './news.ts';

export type Listener = (news: News) => void;

/** An event that was not acknowledged in time is published again under its id. The stream takes it once, who hears in passing hears both. */
const REMEMBERED = 1_000;

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
    const told = new LRUCache<string, true>({ max: REMEMBERED });
    const hearing = watchDomain(this.#bus, domainId, (message, sizeBytes) => {
      const news = newsIn(message, sizeBytes);
      if (news === null || (news.id !== undefined && told.has(news.id))) return;
      if (news.id !== undefined) told.set(news.id, true);
      for (const listener of listeners) listener(news);
    });
    const watched = { hearing, listeners };
    this.#watched.set(domainId, watched);
    return watched;
  }
}
