import type { InnerBus } from './bus.ts';
import { LaneLeases } from './lane-leases.ts';

/** What reads one lane of one stream for as long as the process holds the lane. */
export interface LaneReader {
  /** Stops reading. Settles when what was begun is finished; the rest is left to whoever reads the lane next. */
  drain(): Promise<void>;
  /** The connection broke: what it was reading is void. */
  pause(): void;
}

/** Says of a lane whether a message of it may be begun. */
export interface LaneHold {
  readonly lane: number;
  /** Aborted when the lane is to be given up, or was lost. */
  readonly signal: AbortSignal;
  /** Whether the lane is still this process's. */
  isValid(): boolean;
}

/** A stream that this process reads, lane by lane. */
export interface Reading {
  open(hold: LaneHold): LaneReader;
}

interface HeldLane {
  readonly hold: LaneHold;
  readonly stop: AbortController;
  readonly readers: Map<Reading, LaneReader>;
}

/**
 * The lanes that this replica of the service holds: all its streams are read by lane, and a lane of all of them by one replica, so that
 * the events of one game server keep their order and what is cached of a tenant lies in one place.
 */
export class Lanes {
  readonly #bus: InnerBus;
  readonly #readings = new Set<Reading>();
  readonly #closing = new Set<Reading>();
  readonly #held = new Map<number, HeldLane>();
  #leases: LaneLeases | undefined;

  constructor(bus: InnerBus) {
    this.#bus = bus;
    void this.#watchConnection();
  }

  /** Reads the lanes that are held, and those that will be. */
  async add(reading: Reading): Promise<void> {
    this.#readings.add(reading);
    for (const held of this.#held.values()) if (!held.stop.signal.aborted) held.readers.set(reading, reading.open(held.hold));
    if (!this.#leases) await this.#join();
  }

  /** Ends one reading; with the last one the replica hands over its lanes, each as soon as it is done with it. */
  async remove(reading: Reading): Promise<void> {
    this.#closing.add(reading);
    if (this.#closing.size === this.#readings.size) {
      await this.#leases?.leave();
      this.#leases = undefined;
    }
    await Promise.all([...this.#held.values()].map((held) => this.#drain(held, reading)));
    this.#readings.delete(reading);
    this.#closing.delete(reading);
    // Somebody began to read while the lanes were handed over.
    if (!this.#leases && this.#readings.size > this.#closing.size) await this.#join();
  }

  async #join(): Promise<void> {
    const leases: LaneLeases = new LaneLeases(this.#bus, {
      gained: (lanes) => this.#gain(leases, lanes),
      lost: (lanes) => this.#lose(lanes),
      surplus: (lanes) => this.#giveUp(leases, lanes),
    });
    this.#leases = leases;
    await leases.join();
  }

  async #drain({ readers }: HeldLane, reading: Reading): Promise<void> {
    await readers.get(reading)?.drain();
    readers.delete(reading);
  }

  #gain(leases: LaneLeases, lanes: readonly number[]): void {
    for (const lane of lanes) {
      const stop = new AbortController();
      const hold: LaneHold = { lane, signal: stop.signal, isValid: () => !stop.signal.aborted && leases.isValid() };
      const held: HeldLane = { hold, stop, readers: new Map() };
      this.#held.set(lane, held);
      for (const reading of this.#readings) if (!this.#closing.has(reading)) held.readers.set(reading, reading.open(hold));
    }
  }

  #lose(lanes: readonly number[]): void {
    for (const { hold, readers } of this.#stopped(lanes)) {
      this.#held.delete(hold.lane);
      for (const reader of readers.values()) void reader.drain();
    }
  }

  #giveUp(leases: LaneLeases, lanes: readonly number[]): void {
    for (const held of this.#stopped(lanes)) {
      const drained = [...held.readers.values()].map((reader) => reader.drain());
      void Promise.all(drained).then(() => {
        if (this.#held.get(held.hold.lane) === held) this.#held.delete(held.hold.lane);
        leases.release(held.hold.lane);
      });
    }
  }

  #stopped(lanes: readonly number[]): HeldLane[] {
    const found = lanes.map((lane) => this.#held.get(lane)).filter((held) => held !== undefined);
    for (const { stop } of found) stop.abort();
    return found;
  }

  async #watchConnection(): Promise<void> {
    for await (const { type } of this.#bus.nats.status()) {
      if (type === 'disconnect') for (const { readers } of this.#held.values()) for (const reader of readers.values()) reader.pause();
      else if (type === 'reconnect') this.#leases?.wake();
    }
  }
}
