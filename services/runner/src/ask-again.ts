import { setTimeout as delay } from 'node:timers/promises';
import { ServiceError } from '@takaro/contracts/errors';

/** A function need not fail because a service starts again: within its wall clock it waits. */
export const PATIENCE_MS = 8_000;

const AGAIN_MS = 250;

/**
 * Whoever has just started is asked by all that waited for it and may answer too late, or be refused by the database. What says the same
 * when it is asked twice is asked for again, until a time in milliseconds since the epoch, or nobody wants it any more.
 */
export async function askAgain<T>(
  ask: () => Promise<T>,
  { untilMs, signal }: { readonly untilMs: number; readonly signal: AbortSignal },
): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const mayHeal = error instanceof ServiceError && (error.code === 'UNAVAILABLE' || error.code === 'DEADLINE_EXCEEDED');
      if (!mayHeal || signal.aborted || Date.now() + AGAIN_MS > untilMs) throw error;
    }
    await delay(AGAIN_MS);
  }
}
