import { LIMITS } from '@takaro/contracts/limits';
import { STRAIN_SUBJECTS, strainSubject } from '@takaro/contracts/subjects';
import type { InnerBus, Bus } from './bus.ts';

const WINDOW_MS = 500;
/** One message that lay says little. */
const LEAST = 5;
/** For so long at least, and twice as long at most, the shortest time that a message lay is remembered. */
const BASE_MS = 600_000;

/**
 * How long messages lay from when they were stored, beyond the shortest that was seen: the clocks of two machines need not agree. More than
 * `mostOffMs` of it is not put down to clocks.
 */
class Lying {
  readonly #mostOffMs: number;
  #least = Number.POSITIVE_INFINITY;
  #formerLeast = Number.POSITIVE_INFINITY;
  #leastSince: number;

  constructor(now: number, mostOffMs = Number.POSITIVE_INFINITY) {
    this.#mostOffMs = mostOffMs;
    this.#leastSince = now;
  }

  beyondLeast(storedAtMs: number, now: number): number {
    const laidMs = now - storedAtMs;
    if (now - this.#leastSince > BASE_MS) [this.#formerLeast, this.#least, this.#leastSince] = [this.#least, Number.POSITIVE_INFINITY, now];
    this.#least = Math.min(this.#least, laidMs);
    return laidMs - Math.min(this.#least, this.#formerLeast, this.#mostOffMs);
  }
}

/** `now` in milliseconds since the epoch. */
interface StrainOptions {
  readonly mostMs?: number;
  readonly now?: () => number;
}

/**
 * Looks for how long messages lay until their turn came. Where that is too long in the mean of half a second, whoever fills the stream
 * is told, at most once and without promise, to go slower. Only such messages are to be noted as wait for nothing but this process and
 * its turn.
 */
export class Strain {
  readonly #tell: () => void;
  readonly #mostMs: number;
  readonly #now: () => number;
  readonly #lying: Lying;
  #since: number;
  #count = 0;
  #laidMs = 0;

  constructor(tell: () => void, { mostMs = LIMITS.strainedMs, now = Date.now }: StrainOptions = {}) {
    this.#tell = tell;
    this.#mostMs = mostMs;
    this.#now = now;
    this.#since = now();
    this.#lying = new Lying(this.#since);
  }

  /** The turn of a message that was stored at a time has come. */
  note(storedAtMs: number): void {
    const now = this.#now();
    this.#count += 1;
    this.#laidMs += this.#lying.beyondLeast(storedAtMs, now);
    if (now - this.#since < WINDOW_MS) return;
    if (this.#count >= LEAST && this.#laidMs / this.#count > this.#mostMs) this.#tell();
    [this.#since, this.#count, this.#laidMs] = [now, 0, 0];
  }
}

/** So many keys at least: one alone may wait for itself. */
const LEAST_KEYS = 2;

interface SharedStrainOptions extends StrainOptions {
  /** Whether this process sees that the machine is busy: keys that all have more than their share are late on an idle one, too. */
  readonly isBusy: () => boolean;
}

/**
 * The same where a message waits for others of its key, too, as most of a key that has a share of its own do. One key that has more than
 * its share is late by itself; where most are, and the machine is busy, all are too much.
 */
export class SharedStrain {
  readonly #tell: () => void;
  readonly #mostMs: number;
  readonly #now: () => number;
  readonly #isBusy: () => boolean;
  readonly #lying: Lying;
  readonly #late = new Map<string, boolean>();
  #since: number;

  constructor(tell: () => void, { mostMs = LIMITS.strainedSharesMs, now = Date.now, isBusy }: SharedStrainOptions) {
    this.#tell = tell;
    this.#mostMs = mostMs;
    this.#now = now;
    this.#isBusy = isBusy;
    this.#since = now();
    // What a process finds when it starts may all have lain for long.
    this.#lying = new Lying(this.#since, mostMs);
  }

  /** The turn of a message of a key that was stored at a time has come. The last of a key within half a second speaks for it. */
  note(storedAtMs: number, key: string): void {
    const now = this.#now();
    // What came in another half second says nothing of this one; nor does what came before the clock was set back.
    if (Math.abs(now - this.#since) > 2 * WINDOW_MS) this.#begin(now);
    this.#late.set(key, this.#lying.beyondLeast(storedAtMs, now) > this.#mostMs);
    if (now - this.#since < WINDOW_MS) return;
    const late = [...this.#late.values()].filter(Boolean).length;
    if (late >= LEAST_KEYS && late > this.#late.size / 2 && this.#isBusy()) this.#tell();
    this.#begin(now);
  }

  #begin(now: number): void {
    this.#since = now;
    this.#late.clear();
  }
}

function tellStrain({ nats, service, log }: InnerBus): void {
  try {
    nats.publish(strainSubject(service));
  } catch (error) {
    log.debug({ err: error }, 'strain was not told');
  }
}

/**
 * When a process says that it cannot keep up: when messages lie for long that wait for nothing but it, or when those of most keys do while
 * it sees that the machine is busy.
 */
export type StrainKind = 'of turns' | { readonly ofMostKeys: SharedStrainOptions['isBusy'] };

/** Takes note of each message whose turn has come, the first time that it is delivered; `isAhead` where nothing of its key was before it. */
export function noteTurns(bus: InnerBus, kind: StrainKind | undefined): (storedAtMs: number, key: string, isAhead: boolean) => void {
  const tell = (): void => tellStrain(bus);
  if (kind === undefined) return () => undefined;
  if (kind === 'of turns') {
    const strain = new Strain(tell);
    return (storedAtMs, _, isAhead) => (isAhead ? strain.note(storedAtMs) : undefined);
  }
  const strain = new SharedStrain(tell, { isBusy: kind.ofMostKeys });
  return (storedAtMs, key) => strain.note(storedAtMs, key);
}

/** Hears of every process that cannot keep up. */
export function onStrain(bus: Bus, react: () => void): AsyncDisposable {
  const subscription = bus.nats.subscribe(STRAIN_SUBJECTS, { callback: (error) => (error ? undefined : react()) });
  return { [Symbol.asyncDispose]: () => subscription.drain() };
}
