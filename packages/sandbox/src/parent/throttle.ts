import type { Child } from './child.ts';

const PERIOD_MS = 40;
const STOPPED_MS = 30;

/**
 * Lets a process that has runs go on for a quarter of the time, where this applies. What has only the processor time that nobody else wants still makes others
 * wait where processors are nearly all taken. A control group would bound it (`cpu.max`), which takes rights that the runner does without.
 * A process whose parent is gone is killed, stopped or not (`pdeathsig`).
 */
export function throttle(child: Pick<Child, 'pid' | 'runs' | 'exited'>, applies: () => boolean): void {
  let resuming: NodeJS.Timeout | undefined;
  const timer = setInterval(() => {
    if (child.runs.length === 0 || !applies()) return;
    signal(child.pid, 'SIGSTOP');
    resuming = setTimeout(() => signal(child.pid, 'SIGCONT'), STOPPED_MS);
  }, PERIOD_MS);
  void child.exited.then(() => {
    clearInterval(timer);
    clearTimeout(resuming);
  });
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended.
  }
}
