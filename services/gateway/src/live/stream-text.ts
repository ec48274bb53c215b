import type { Writable } from 'node:stream';
import type { EventOutput } from '@takaro/contracts/events/rest';
import type { News } from './news.ts';

/** What happened while somebody was away. */
export interface Missed {
  readonly events: readonly EventOutput[];
  /** There may be more than that. */
  readonly isGap: boolean;
}

const eventText = (event: EventOutput): string => `id: ${event.id}\nevent: event\ndata: ${JSON.stringify(event)}\n\n`;

/** Writes news as server-sent events; what comes before `release` waits for it. Who reads too slowly is cut off. */
export class StreamText {
  readonly #stream: Writable;
  readonly #bufferBytes: number;
  #held: News[] | null = [];
  #heldBytes = 0;

  constructor(stream: Writable, bufferBytes: number) {
    this.#stream = stream;
    this.#bufferBytes = bufferBytes;
  }

  write(text: string): void {
    if (this.#stream.destroyed || this.#stream.writableEnded) return;
    this.#stream.write(text);
    this.#cutIfBehind();
  }

  tell(news: News): void {
    if (this.#held) {
      this.#held.push(news);
      this.#heldBytes += news.sizeBytes;
      this.#cutIfBehind();
      return;
    }
    if (news.event) this.write(eventText(news.event));
    if (news.gameEvent) this.write(`event: gameEvent\ndata: ${JSON.stringify(news.gameEvent)}\n\n`);
  }

  /** First what was missed, then what waited and was not among it, from then on everything as it comes. */
  release(missed: Missed | null): void {
    const told = new Set(missed?.events.map(({ id }) => id));
    for (const event of missed?.events ?? []) this.write(eventText(event));
    if (missed?.isGap) this.write('event: gap\ndata: {}\n\n');
    const held = this.#held ?? [];
    this.#held = null;
    this.#heldBytes = 0;
    for (const { event, ...news } of held) this.tell(event && !told.has(event.id) ? { ...news, event } : news);
  }

  #cutIfBehind(): void {
    if (this.#stream.writableLength + this.#heldBytes > this.#bufferBytes) this.#stream.destroy();
  }
}
