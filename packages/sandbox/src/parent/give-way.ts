import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { promisify } from 'node:util';
import { stepBack } from '../step-back.ts';
import type { Child } from './child.ts';
import { findProgram, type Urgency } from './command.ts';

const exec = promisify(execFile);

/**
 * Makes a process that is up no more urgent than this, with its session and all its threads: those that they start are like them. It does
 * what this system allows, and never throws.
 */
export async function giveWay({ pid, leader }: Pick<Child, 'pid' | 'leader'>, { nice, isIdle }: Urgency): Promise<void> {
  for (const thread of threadsOf(pid)) {
    try {
      // On Linux a niceness is a thread's (setpriority(2)).
      setPriority(thread, nice);
    } catch {
      // It has just ended.
    }
  }
  await Promise.allSettled([stepBack(leader, nice), ...(isIdle ? [makeIdle(pid)] : [])]);
}

/** Async also where a full system throws at once. */
async function makeIdle(pid: number): Promise<void> {
  const chrt = findProgram('chrt');
  if (chrt !== undefined) await exec(chrt, ['--all-tasks', '--idle', '--pid', '0', String(pid)], { env: {} });
}

function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [pid];
  }
}
