import { readFileSync } from 'node:fs';
import type { Child } from './child.ts';

/** What /proc counts in. */
const PAGE_BYTES = 4_096;
const WATCH_MS = 100;

export interface MemoryWatchOptions {
  readonly limitMb: number;
  readonly children: () => readonly Child[];
  readonly onExceeded: (child: Child, residentMb: number) => void;
}

/** Looks at the processes' memory from outside: V8's own limit holds for its heap only, and not always. */
export function watchMemory({ limitMb, children, onExceeded }: MemoryWatchOptions): Disposable {
  const timer = setInterval(() => {
    for (const child of children()) {
      const residentMb = residentMbOf(child.pid);
      if (residentMb > limitMb) onExceeded(child, residentMb);
    }
  }, WATCH_MS);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** 0 where the system has no /proc, or the process is gone. */
export function residentMbOf(pid: number): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return (pages * PAGE_BYTES) / 1_048_576;
  } catch {
    return 0;
  }
}
