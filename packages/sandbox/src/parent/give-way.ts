import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { promisify } from 'node:util';
import { stepBack } from '../step-back.ts';
import type { Child } from './child.ts';
import { findProgram, type Urgency } from './command.ts';

const exec = promisify(execFile);

/** Makes a process that is up no more urgent than this, with its session and all its threads: those that they start are like them. */
export async function giveWay({ pid, leader }: Pick<Child, 'pid' | 'leader'>, { nice, isIdle }: Urgency): Promise<void> {
  for (const thread of threadsOf(pid)) {
    try {
      // On Linux a niceness is a thread's (setpriority(2)).
      setPriority(thread, nice);
    } catch {
      // It has just ended.
    }
  }
  const chrt = isIdle ? findProgram('chrt') : undefined;
  const idle = chrt === undefined ? undefined : exec(chrt, ['--all-tasks', '--idle', '--pid', '0', String(pid)], { env: {} });
  await Promise.allSettled([stepBack(leader, nice), idle]);
}

function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [pid];
  }
}
