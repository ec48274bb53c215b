/** How long acknowledgements are gathered, so that many events are confirmed by one frame. */
const GATHER_MS = 20;

interface Arrival {
  readonly seq: number;
  isDone: boolean;
}

interface Stream {
  /** What is not done with, and what came after it, in the order of arrival. */
  readonly arrivals: Arrival[];
  /** The highest number up to which everything is done that came before it. */
  doneUpTo: number;
  isDue: boolean;
}

/**
 * Which numbered events of one socket are done with: stored, or refused for good. A stream is confirmed up to a number when everything
 * that came before it on this socket is done. Only what is on its way is remembered, whatever numbers a connector makes up.
 */
export class Acknowledgements {
  readonly #send: (streamId: string, upTo: number) => void;
  readonly #streams = new Map<string, Stream>();
  #timer: NodeJS.Timeout | undefined;

  /** `send` tells the connector. */
  constructor(send: (streamId: string, upTo: number) => void) {
    this.#send = send;
  }

  /** An event came. Answers what is to be called when it is done with. */
  arrived({ streamId, seq }: { readonly streamId: string; readonly seq: number }): () => void {
    const stream = this.#streams.get(streamId) ?? { arrivals: [], doneUpTo: -1, isDue: false };
    this.#streams.set(streamId, stream);
    const arrival: Arrival = { seq, isDone: false };
    stream.arrivals.push(arrival);
    return () => {
      arrival.isDone = true;
      this.#advance(stream);
    };
  }

  /** Sends what was gathered. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [streamId, stream] of this.#streams) {
      if (stream.isDue) this.#confirm(streamId, stream);
      if (stream.arrivals.length === 0) this.#streams.delete(streamId);
    }
  }

  #advance(stream: Stream): void {
    const open = stream.arrivals.findIndex(({ isDone }) => !isDone);
    const done = stream.arrivals.splice(0, open < 0 ? stream.arrivals.length : open);
    if (done.length === 0) return;
    stream.doneUpTo = Math.max(stream.doneUpTo, ...done.map(({ seq }) => seq));
    stream.isDue = true;
    this.#timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  #confirm(streamId: string, stream: Stream): void {
    stream.isDue = false;
    // A number that went back may still be on its way below what is done.
    const upTo = Math.min(stream.doneUpTo, ...stream.arrivals.map(({ seq }) => seq - 1));
    if (upTo >= 0) this.#send(streamId, upTo);
  }
}
