import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { promisify } from 'node:util';
import { stepBack } from '../step-back.ts';
import type { Child } from './child.ts';
import { findProgram } from './command.ts';

const exec = promisify(execFile);
const NICEST = 19;

/**
 * Leaves a process that is up, with its session and all its threads, only the processor time that nobody else wants; threads that they start are
 * like them. It does what this system allows, and never throws.
 */
export async function giveWay({ pid, leader }: Pick<Child, 'pid' | 'leader'>): Promise<void> {
  for (const thread of threadsOf(pid)) {
    try {
      // On Linux a niceness is a thread's (setpriority(2)).
      setPriority(thread, NICEST);
    } catch {
      // It has just ended.
    }
  }
  await Promise.allSettled([stepBack(leader, NICEST), makeIdle(pid)]);
}

/**
 * Linux prefers a processor on which only idle ones run when it places what wakes; a nice one it takes for busy (sched(7), SCHED_IDLE). Async
 * also where a full system throws at once.
 */
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
