import { setTimeout as delay } from 'node:timers/promises';
import { ServiceError } from '@takaro/contracts/errors';

const AGAIN_MS = 250;

/**
 * Whoever has just started is asked by all that waited for it and may answer too late, or be refused by the database. What says the same
 * when it is asked twice is asked for again, until a time in milliseconds since the epoch.
 */
export async function askAgain<T>(untilMs: number, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const mayHeal = error instanceof ServiceError && (error.code === 'UNAVAILABLE' || error.code === 'DEADLINE_EXCEEDED');
      if (!mayHeal || Date.now() + AGAIN_MS > untilMs) throw error;
    }
    await delay(AGAIN_MS);
  }
}
