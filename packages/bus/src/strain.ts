import { LIMITS } from '@takaro/contracts/limits';
import { STRAIN_SUBJECTS, strainSubject } from '@takaro/contracts/subjects';
import type { Bus } from './bus.ts';

const WINDOW_MS = 250;
/** One message that lay says little. */
const LEAST = 5;

/**
 * Looks for how long messages lay in their stream until their turn came. Where that is too long in the mean of a quarter of a second, all
 * that comes through here waits too long, and whoever fills the stream is told, at most once and without promise, to go slower.
 */
export class Strain {
  readonly #tell: () => void;
  readonly #mostMs: number;
  readonly #now: () => number;
  #since: number;
  #count = 0;
  #laidMs = 0;

  /** `now` and what is noted are in milliseconds since the epoch. */
  constructor(
    tell: () => void,
    { mostMs = LIMITS.strainedMs, now = Date.now }: { readonly mostMs?: number; readonly now?: () => number } = {},
  ) {
    this.#tell = tell;
    this.#mostMs = mostMs;
    this.#now = now;
    this.#since = now();
  }

  /** The turn of a message that was stored at a time has come. */
  note(storedAtMs: number): void {
    const now = this.#now();
    this.#count += 1;
    this.#laidMs += Math.max(0, now - storedAtMs);
    if (now - this.#since < WINDOW_MS) return;
    if (this.#count >= LEAST && this.#laidMs / this.#count > this.#mostMs) this.#tell();
    [this.#since, this.#count, this.#laidMs] = [now, 0, 0];
  }
}

export const tellStrain = (bus: Pick<Bus, 'nats' | 'service'>): void => bus.nats.publish(strainSubject(bus.service));

/** Hears of every process that cannot keep up. */
export function onStrain(bus: Bus, react: () => void): AsyncDisposable {
  const subscription = bus.nats.subscribe(STRAIN_SUBJECTS, { callback: (error) => (error ? undefined : react()) });
  return { [Symbol.asyncDispose]: () => subscription.drain() };
}
