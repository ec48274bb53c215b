import { LIMITS } from '@takaro/contracts/limits';
import { STRAIN_SUBJECTS, strainSubject } from '@takaro/contracts/subjects';
import type { InnerBus, Bus } from './bus.ts';

const WINDOW_MS = 500;
/** One message that lay says little. */
const LEAST = 5;
/** For so long at least, and twice as long at most, the shortest time that a message lay is remembered. */
const BASE_MS = 600_000;

/**
 * Looks for how long messages lay from when they were stored until their turn came, beyond the shortest that was seen: the clocks of two
 * machines need not agree. Where that is too long in the mean of half a second, whoever fills the stream is told, at most once and
 * without promise, to go slower. Only such messages are to be noted as wait for nothing but this process and its turn.
 */
export class Strain {
  readonly #tell: () => void;
  readonly #mostMs: number;
  readonly #now: () => number;
  #since: number;
  #count = 0;
  #laidMs = 0;
  #least = Number.POSITIVE_INFINITY;
  #formerLeast = Number.POSITIVE_INFINITY;
  #leastSince: number;

  /** `now` and what is noted are in milliseconds since the epoch. */
  constructor(
    tell: () => void,
    { mostMs = LIMITS.strainedMs, now = Date.now }: { readonly mostMs?: number; readonly now?: () => number } = {},
  ) {
    this.#tell = tell;
    this.#mostMs = mostMs;
    this.#now = now;
    this.#since = now();
    this.#leastSince = this.#since;
  }

  /** The turn of a message that was stored at a time has come. */
  note(storedAtMs: number): void {
    const now = this.#now();
    this.#count += 1;
    this.#laidMs += now - storedAtMs - this.#base(now, now - storedAtMs);
    if (now - this.#since < WINDOW_MS) return;
    if (this.#count >= LEAST && this.#laidMs / this.#count > this.#mostMs) this.#tell();
    [this.#since, this.#count, this.#laidMs] = [now, 0, 0];
  }

  #base(now: number, laidMs: number): number {
    if (now - this.#leastSince > BASE_MS) [this.#formerLeast, this.#least, this.#leastSince] = [this.#least, Number.POSITIVE_INFINITY, now];
    this.#least = Math.min(this.#least, laidMs);
    return Math.min(this.#least, this.#formerLeast);
  }
}

export function tellStrain({ nats, service, log }: InnerBus): void {
  try {
    nats.publish(strainSubject(service));
  } catch (error) {
    log.debug({ err: error }, 'strain was not told');
  }
}

/** Hears of every process that cannot keep up. */
export function onStrain(bus: Bus, react: () => void): AsyncDisposable {
  const subscription = bus.nats.subscribe(STRAIN_SUBJECTS, { callback: (error) => (error ? undefined : react()) });
  return { [Symbol.asyncDispose]: () => subscription.drain() };
}
