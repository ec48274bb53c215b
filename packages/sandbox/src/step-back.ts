import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Who is not root may set one every tenth of a second, of all sessions. */
const TRIES = 10;
const TRY_MS = 150;

/** What is not written yet, by process: the last wish counts. */
const wanted = new Map<number, number>();

/**
 * Makes the session of a process nice, for those that burn processor time and lead a session of their own (`detached`). Where Linux groups
 * processes by session (sched(7), autogroup), a niceness counts within the group alone: a service whose session it shared would get its
 * group's full share of a processor for what burns in it.
 */
export async function stepBack(pid: number | undefined, nice: number): Promise<void> {
  if (pid === undefined) return;
  wanted.set(pid, nice);
  for (let turn = 1; wanted.get(pid) === nice && turn <= TRIES; turn += 1) {
    try {
      writeFileSync(`/proc/${pid}/autogroup`, String(nice));
      break;
    } catch (error) {
      // Anything else: this system does not group, or the process is gone.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) break;
      await delay(TRY_MS);
    }
  }
  if (wanted.get(pid) === nice) wanted.delete(pid);
}
