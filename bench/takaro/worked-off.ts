import { setTimeout as delay } from 'node:timers/promises';
import { backlogOf } from '@takaro/testing/backlog';
import type { System } from './system.ts';

const EVERY_MS = 1_000;

/** Waits until no service has anything left to do with what is in the streams. @throws Error when that takes longer */
export async function untilWorkedOff({ whole }: System, { timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (let { held } = await backlogOf(whole); held.length > 0; { held } = await backlogOf(whole)) {
    if (performance.now() > deadline) throw new Error(`The streams were not worked off within ${timeoutMs} ms: ${held.join('; ')}`);
    await delay(EVERY_MS);
  }
}
