import { readFileSync } from 'node:fs';
import { build, type BuildOptions, type OutputFile, stop } from 'esbuild';
import { residentMbOf } from './memory-watch.ts';

/** The code takes more than compiling may. */
export class TooDear extends Error {
  override readonly name = 'TooDear';
}

interface Limits {
  readonly memoryMb: number;
  /** Of processor time, from the start of a build. */
  readonly cpuMs: number;
}

const LIMITS: Limits = { memoryMb: 700, cpuMs: 10_000 };
const WATCH_MS = 50;
/** What Linux counts processor time in. */
const TICK_MS = 10;

let generation = 0;
let lone: Promise<unknown> = Promise.resolve();
const running = new Set<Promise<unknown>>();

/**
 * esbuild is one process that all builds share, and some code makes it take all memory or fall over: deep brackets overflow its stack.
 * So it is watched, ended and begun anew; builds that went down with it are made again, one at a time, when it shows whose code it was.
 * @throws TooDear, and what esbuild throws
 */
export async function buildWatched(options: BuildOptions, limits: Limits = LIMITS): Promise<readonly OutputFile[]> {
  await untilNobodyIsAlone();
  try {
    return await attempt(options, limits);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  const alone = lone.then(async () => {
    await Promise.allSettled(running);
    try {
      return await attempt(options, limits);
    } catch (error) {
      throw isGone(error) ? new TooDear('quota: the code takes too much to compile', { cause: error }) : error;
    }
  });
  lone = alone.catch(() => undefined);
  return alone;
}

async function untilNobodyIsAlone(): Promise<void> {
  for (let tail: unknown; tail !== lone;) {
    tail = lone;
    await lone;
  }
}

async function attempt(options: BuildOptions, limits: Limits): Promise<readonly OutputFile[]> {
  const mine = generation;
  const work = build(options);
  running.add(work);
  const watch = watchService(limits);
  try {
    return (await work).outputFiles ?? [];
  } catch (error) {
    if (isGone(error)) renew(mine);
    throw error;
  } finally {
    clearInterval(watch);
    running.delete(work);
  }
}

/** The process of a generation is dead; esbuild begins the next one by itself, but only once it was told to stop. */
function renew(of: number): void {
  if (of !== generation) return;
  generation += 1;
  void stop();
}

/** Kills it: `stop` would leave what is under way without an answer. */
function watchService({ memoryMb, cpuMs }: Limits): NodeJS.Timeout {
  const began = new Map<number, number>();
  return setInterval(() => {
    for (const pid of servicePids()) {
      const used = cpuMsOf(pid);
      const since = used - (began.get(pid) ?? used);
      if (!began.has(pid)) began.set(pid, used);
      if (residentMbOf(pid) > memoryMb || since > cpuMs) kill(pid);
    }
  }, WATCH_MS);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/** None where the system has no /proc. */
function servicePids(): number[] {
  const pids = read(`/proc/self/task/${process.pid}/children`).split(' ').filter(Boolean).map(Number);
  return pids.filter((pid) => read(`/proc/${pid}/comm`).startsWith('esbuild'));
}

function cpuMsOf(pid: number): number {
  const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && /service (was stopped|is no longer running)|Cannot create a string longer/i.test(error.message);
