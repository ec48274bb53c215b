import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stepBack } from '../step-back.ts';
import { commandOf, type Confine, NICE } from './command.ts';

const ENTRY = fileURLToPath(new URL('../child/main.ts', import.meta.url));

/**
 * Starts a process for functions with an empty environment. `nodeArgs` is for tests that put other code into the same place. What is
 * started may be the parent of the process: see `insideOf`.
 * @throws Error where this system has not what the confinement is made with
 */
export function spawnConfined(confine: Confine, nodeArgs: readonly string[] = [ENTRY]): ChildProcess {
  const { file, args } = commandOf(confine, nodeArgs);
  const child = spawn(file, args, {
    env: {},
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Slower than 'advanced' by some hundredths of a millisecond, and nothing to be attacked by whoever broke out of V8.
    serialization: 'json',
    // A session of its own, which Linux weighs as one: see `stepBack`.
    detached: true,
  });
  void stepBack(child.pid, NICE);
  return child;
}

/** The process in which functions run: a namespace for processes has its first one below the one that made it. */
export function insideOf(pid: number, { level }: Confine): number {
  if (level !== 'sealed' && level !== 'offline') return pid;
  const inside = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
  if (!(inside > 0)) throw new Error('The system does not tell which process is inside its namespace');
  return inside;
}
