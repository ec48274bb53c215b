import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { commandOf, type Confine } from './command.ts';

const ENTRY = fileURLToPath(new URL('../child/main.ts', import.meta.url));

/**
 * Starts a process for functions with an empty environment. `nodeArgs` is for tests that put other code into the same place. What is
 * started may be the parent of the process: see `insideOf`.
 * @throws Error where this system has not what the confinement is made with
 */
export function spawnConfined(confine: Confine, nice: number, nodeArgs: readonly string[] = [ENTRY]): ChildProcess {
  const { file, args } = commandOf(confine, nice, nodeArgs);
  const child = spawn(file, args, {
    env: {},
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Slower than 'advanced' by some hundredths of a millisecond, and nothing to be attacked by whoever broke out of V8.
    serialization: 'json',
    // A session of its own, which Linux weighs as one: see `putBack`.
    detached: true,
  });
  void putBack(child, nice);
  return child;
}

/** Who is not root may set one every tenth of a second, of all sessions. */
const TRIES = 10;
const TRY_MS = 150;

/**
 * Where Linux groups processes by session (sched(7), autogroup), a niceness counts within the group alone: a service whose session it
 * shared would get its group's full share of a processor for what burns in it. So the session itself is made nice.
 */
async function putBack({ pid }: ChildProcess, nice: number): Promise<void> {
  for (let turn = 1; pid !== undefined && turn <= TRIES; turn += 1) {
    try {
      return writeFileSync(`/proc/${pid}/autogroup`, String(nice));
    } catch (error) {
      // Anything else: this system does not group, or the process is gone.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return;
      await delay(TRY_MS);
    }
  }
}

/** The process in which functions run: a namespace for processes has its first one below the one that made it. */
export function insideOf(pid: number, { level }: Confine): number {
  if (level !== 'sealed' && level !== 'offline') return pid;
  const inside = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
  if (!(inside > 0)) throw new Error('The system does not tell which process is inside its namespace');
  return inside;
}
