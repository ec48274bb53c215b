import { randomUUID } from 'node:crypto';
import { JetStreamApiCodes, JetStreamApiError, jetstream } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { Subscription } from '@nats-io/transport-node';
import { LIMITS } from '@takaro/contracts/limits';
import { LANES_BUCKET, lanesSubject } from '@takaro/contracts/subjects';
import type { InnerBus } from './bus.ts';
import { EMPTY, type LaneTable, parseLaneTable, takeTurn } from './lane-table.ts';

/** How often a replica says that it lives. */
const BEAT_MS = 1_000;
/** One that said nothing for this long is dead; its lanes are free. Measured by whoever listens, so that no clocks are compared. */
const LEASE_MS = 5_000;
/** By then a replica that could not say so has stopped by itself: before others may think it dead. */
const HOLD_MS = LEASE_MS - 1_000;
/** Who looks away for longer than this cannot tell silence from deafness. */
const DEAF_MS = 2_500;
const TIMEOUT_MS = 2_000;
/** Until the next try after one that failed: whoever has no lease stands still. */
const RETRY_MS = 250;

/** What the replica is told about its lanes. */
export interface LeaseEvents {
  /** These are its own now, and no one else's. */
  gained(lanes: readonly number[]): void;
  /** These may be somebody else's from now on: nothing of them may be begun. */
  lost(lanes: readonly number[]): void;
  /** Others should have these: to be released when what was begun in them is finished. */
  surplus(lanes: readonly number[]): void;
}

/** The leases of one replica of a service on lanes, kept in a bucket of NATS in which each service has one entry. */
export class LaneLeases {
  readonly #bus: InnerBus;
  readonly #events: LeaseEvents;
  readonly #run = randomUUID();
  #name: string;
  #kv: KV | undefined;
  #subscription: Subscription | undefined;
  #timer: NodeJS.Timeout | undefined;
  #fence: NodeJS.Timeout | undefined;
  #turning = false;
  #wanted = false;
  #joined = false;
  #validUntil = 0;
  #lookedAt = 0;
  #shape = '';
  #trouble = '';
  #failures = 0;
  readonly #beats = new Map<string, { beat: number; run: string; at: number }>();
  readonly #held = new Set<number>();
  readonly #releasing = new Set<number>();
  readonly #released = new Set<number>();
  readonly #left = Promise.withResolvers<void>();
  #leaving = false;
  #over = false;

  constructor(bus: InnerBus, events: LeaseEvents) {
    this.#bus = bus;
    this.#events = events;
    // A process that starts under the name of a dead one takes its lanes at once; without a name it waits until their lease is over.
    this.#name = bus.replica ?? this.#run;
  }

  /** Takes the first turn: alone, the replica has all lanes then. */
  async join(): Promise<void> {
    this.#subscription = this.#bus.nats.subscribe(lanesSubject(this.#bus.service), {
      callback: (error, message) => {
        if (!error) this.#hear(parseLaneTable(message.string()));
      },
    });
    await this.#turn();
  }

  /** Whether what it holds is still its own, by the clock of this process. */
  isValid(): boolean {
    if (performance.now() < this.#validUntil) return true;
    this.#lapse();
    return false;
  }

  release(lane: number): void {
    if (!this.#releasing.has(lane)) return;
    this.#released.add(lane);
    this.wake();
  }

  /** Hands over all lanes, each as soon as it is released. Settles when they are handed over, or when NATS is away. */
  async leave(): Promise<void> {
    this.#leaving = true;
    this.wake();
    await this.#left.promise;
    this.#over = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#fence);
    this.#subscription?.unsubscribe();
  }

  /** Takes a turn now instead of at the next beat. */
  wake(waitMs = 0): void {
    if (this.#turning) {
      this.#wanted = true;
      return;
    }
    clearTimeout(this.#timer);
    if (!this.#over) this.#timer = setTimeout(() => void this.#turn(), waitMs);
  }

  async #turn(): Promise<void> {
    this.#turning = true;
    this.#wanted = false;
    let isDone = false;
    try {
      isDone = await this.#write();
      this.#failures = 0;
      this.#trouble = '';
    } catch (error) {
      this.#failures += 1;
      isDone = true;
      if (String(error) !== this.#trouble) this.#bus.log.warn({ err: error }, 'lanes are not leased');
      this.#trouble = String(error);
    }
    this.#turning = false;
    if (this.#leaving && (this.#failures > 1 || !this.#bus.link.isUp)) this.#left.resolve();
    // Somebody else wrote meanwhile: at once, but not all in step.
    if (!isDone || this.#wanted) this.wake(Math.random() * 30);
    else this.wake(this.#failures > 0 && !this.#leaving ? RETRY_MS : BEAT_MS);
  }

  /** One compare and set. Answers false when somebody else came first. */
  async #write(): Promise<boolean> {
    if (!this.#bus.link.isUp) return true;
    const kv = (this.#kv ??= await new Kvm(jetstream(this.#bus.nats, { timeout: TIMEOUT_MS })).open(LANES_BUCKET, { allow_direct: true }));
    const entry = await kv.get(this.#bus.service);
    const table = entry ? parseLaneTable(entry.string()) : EMPTY;
    this.#look(table);
    this.#compare(table);
    const move = takeTurn({
      table,
      me: { name: this.#name, run: this.#run },
      lanes: LIMITS.lanes,
      isAlive: (name) => performance.now() - (this.#beats.get(name)?.at ?? 0) < LEASE_MS,
      releasing: this.#releasing,
      released: this.#released,
      leaving: this.#leaving,
    });
    const text = JSON.stringify(move.table);
    const sentAt = performance.now();
    // Before it is written, since this process hears itself, too.
    this.#shape = shapeOf(move.table);
    try {
      await (entry ? kv.update(this.#bus.service, text, entry.revision, TIMEOUT_MS) : kv.create(this.#bus.service, text));
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamWrongLastSequence) return false;
      throw error;
    }
    this.#joined = true;
    this.#hold(move.mine, sentAt);
    this.#giveUp(move.surplus);
    if (this.#leaving && move.mine.length === 0) this.#left.resolve();
    return true;
  }

  #hold(mine: readonly number[], sentAt: number): void {
    for (const lane of this.#releasing) if (!mine.includes(lane)) this.#releasing.delete(lane);
    for (const lane of this.#released) if (!mine.includes(lane)) this.#released.delete(lane);
    this.#lose([...this.#held].filter((lane) => !mine.includes(lane)));
    this.#validUntil = sentAt + HOLD_MS;
    clearTimeout(this.#fence);
    this.#fence = setTimeout(() => this.isValid(), this.#validUntil - performance.now() + 1);
    const gained = mine.filter((lane) => !this.#held.has(lane) && !this.#releasing.has(lane));
    for (const lane of gained) this.#held.add(lane);
    if (gained.length > 0) this.#events.gained(gained);
  }

  #giveUp(surplus: readonly number[]): void {
    if (surplus.length === 0) return;
    for (const lane of surplus) {
      this.#releasing.add(lane);
      this.#held.delete(lane);
    }
    this.#events.surplus(surplus);
  }

  #lapse(): void {
    if (this.#held.size > 0) this.#bus.log.warn({ lanes: this.#held.size }, 'leases of lanes are over: not renewed in time');
    this.#lose([...this.#held]);
  }

  #lose(lanes: readonly number[]): void {
    if (lanes.length === 0) return;
    for (const lane of lanes) this.#held.delete(lane);
    this.#events.lost(lanes);
  }

  /** What others made of the table. */
  #compare({ members, holders }: LaneTable): void {
    const mine = members[this.#name];
    if (this.#joined && mine && mine.run !== this.#run) {
      this.#bus.log.error({ replica: this.#name }, 'another process goes by the name of this replica: each needs its own TAKARO_REPLICA');
      this.#name = this.#run;
    }
    this.#lose([...this.#held].filter((lane) => holders[lane] !== this.#name));
  }

  #look(table: LaneTable): void {
    const now = performance.now();
    const wasDeaf = now - this.#lookedAt > DEAF_MS;
    this.#lookedAt = now;
    if (wasDeaf) for (const seen of this.#beats.values()) seen.at = now;
    this.#note(table);
  }

  #note({ members }: LaneTable): void {
    for (const [name, { beat, run }] of Object.entries(members)) {
      const seen = this.#beats.get(name);
      if (!seen || seen.beat !== beat || seen.run !== run) this.#beats.set(name, { beat, run, at: performance.now() });
    }
    for (const name of this.#beats.keys()) if (!members[name]) this.#beats.delete(name);
  }

  /** Writes are heard as they are sent, refused ones, too: they are a reason to look, and a sign of life. */
  #hear(table: LaneTable): void {
    if (shapeOf(table) !== this.#shape) this.wake(Math.random() * 20);
  }
}

/** All of a table but the beats. */
const shapeOf = ({ members, holders }: LaneTable): string => {
  const names = Object.entries(members).map(([name, { run, leaving }]) => `${name} ${run} ${leaving}`);
  return JSON.stringify([
    names.toSorted(),
    Object.entries(holders)
      .map(([lane, name]) => `${lane} ${name}`)
      .toSorted(),
  ]);
};
