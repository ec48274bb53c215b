import { readFileSync } from 'node:fs';
import { openSandboxForTests } from '@takaro/sandbox/testing';
import type { Attack, AttackVerdict } from './attack.ts';

type BoxOptions = NonNullable<Parameters<typeof openSandboxForTests>[0]>;
type Limits = NonNullable<BoxOptions['limits']>;

interface Used {
  cpuMs: number;
  residentMb: number;
  /** In looks: while a full machine lets this process do nothing, what it would look at is not let either. */
  wallMs: number;
  said: string;
}

const TICK_MS = 10;
const PAGE_BYTES = 4_096;
const LOOK_MS = 20;

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
const cpuMsOf = (pid: number): number => {
  const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS;
};
const residentMbOf = (pid: number): number => (Number(read(`/proc/${pid}/statm`).split(' ')[1] ?? 0) * PAGE_BYTES) / 1_048_576;

/** Runs code and looks from outside at what the processes use in which it runs, until it ends or `isEnough`. */
async function watch(code: string, options: BoxOptions, isEnough: (used: Used) => boolean): Promise<Used> {
  await using box = await openSandboxForTests(options);
  await box.run('1');
  const pids = (): readonly number[] => box.sandbox.pids();
  /** What each has used at the last look while it was there: what burns may be taken aside, and take its process with it. */
  const burned = new Map<number, number>();
  const before = pids().reduce((sum, pid) => sum + cpuMsOf(pid), 0);
  const used: Used = { cpuMs: 0, residentMb: 0, wallMs: 0, said: '' };
  const stop = new AbortController();
  const timer = setInterval(() => {
    for (const pid of pids()) burned.set(pid, Math.max(burned.get(pid) ?? 0, cpuMsOf(pid)));
    used.cpuMs = [...burned.values()].reduce((sum, ms) => sum + ms, 0) - before;
    used.residentMb = Math.max(used.residentMb, ...pids().map(residentMbOf));
    used.wallMs += LOOK_MS;
    if (!isEnough(used)) return;
    stop.abort();
    for (const pid of pids()) if (residentMbOf(pid) > 0) process.kill(pid, 'SIGKILL');
    clearInterval(timer);
  }, LOOK_MS);
  const result = await box.run(code, { domainId: 'wild-otters', signal: stop.signal });
  clearInterval(timer);
  used.said = result.reason ?? result.logs.at(-1)?.msg ?? 'ended';
  return used;
}

const CPU = { cpuMs: 100, wallMs: 60_000 };
/** Ten times the limit. */
const CPU_MS = 1_000;

/** Code that does not stop by itself. */
export const burning = (row: number, attack: string, code: string): Attack => {
  const burn = async (limits: Limits): Promise<AttackVerdict> => {
    const isEnough = ({ cpuMs }: Used): boolean => cpuMs > CPU_MS;
    const used = await watch(code, { limits }, isEnough);
    return { harmed: isEnough(used), seen: `${used.cpuMs} ms: ${used.said}` };
  };
  return {
    row,
    attack,
    tried: code.slice(0, 60),
    refusedBy: 'the limit on processor time',
    guarded: () => burn(CPU),
    control: { without: 'the limit', attempt: () => burn({ cpuMs: 1_000_000, wallMs: 60_000, memoryMb: 512 }) },
  };
};

const WALL_MS = 300;
const HELD_MS = 3_000;

/** Code that keeps its place without using the processor. */
export const waiting = (row: number, attack: string, code: string): Attack => {
  const wait = async (wallMs: number): Promise<AttackVerdict> => {
    const isEnough = (used: Used): boolean => used.wallMs > HELD_MS;
    const used = await watch(code, { limits: { wallMs } }, isEnough);
    return { harmed: isEnough(used), seen: `${Math.round(used.wallMs)} ms: ${used.said}` };
  };
  return {
    row,
    attack,
    tried: code.slice(0, 60),
    refusedBy: 'the wall clock',
    guarded: () => wait(WALL_MS),
    control: { without: 'it', attempt: () => wait(60_000) },
  };
};

const BUDGET_MB = 300;

/** Code that takes memory. Its process may reach twice the budget before it is ended. */
export const hoarding = (attack: string, code: string): Attack => {
  const hoard = async (options: BoxOptions): Promise<AttackVerdict> => {
    const isEnough = ({ residentMb }: Used): boolean => residentMb > 2 * BUDGET_MB;
    const used = await watch(code, options, isEnough);
    return { harmed: isEnough(used), seen: `${Math.round(used.residentMb)} MB: ${used.said}` };
  };
  return {
    row: 38,
    attack,
    tried: code.slice(0, 60),
    refusedBy: 'limits on the heap and on resident memory',
    guarded: () => hoard({ limits: { cpuMs: 20_000, wallMs: 30_000, memoryMb: 64 }, childMemoryMb: BUDGET_MB }),
    control: {
      without: 'them',
      attempt: () => hoard({ limits: { cpuMs: 60_000, wallMs: 60_000, memoryMb: 4_096 }, childMemoryMb: 1_000_000 }),
    },
  };
};

interface Flood {
  readonly row: number;
  readonly attack: string;
  readonly code: string;
  readonly refusedBy: string;
  /** Of what the host answers to a call. @default 1 */
  readonly answerChars?: number;
  /** What the guard lets through. */
  readonly limits: Limits;
  readonly unlimited: Limits;
  /** What reached the host, in the same unit as `most`. */
  readonly reached: (seen: { readonly calls: readonly unknown[]; readonly logs: readonly unknown[]; readonly said: string }) => number;
  readonly most: number;
}

/** Code that sends more than it may. */
export const flooding = ({ row, attack, code, answerChars = 1, refusedBy, limits, unlimited, reached, most }: Flood): Attack => {
  const flood = async (given: Limits): Promise<AttackVerdict> => {
    await using box = await openSandboxForTests({ limits: { cpuMs: 20_000, wallMs: 60_000, ...given } }, async () => ({
      status: 200,
      body: { data: 'x'.repeat(answerChars) },
    }));
    const { logs, userMessage, reason } = await box.run(code);
    const got = reached({ calls: box.calls, logs, said: userMessage ?? '' });
    return { harmed: got > most, seen: `${got} of at most ${most}${reason === undefined ? '' : `: ${reason}`}` };
  };
  return {
    row,
    attack,
    tried: code.slice(code.lastIndexOf(';', 90) > 60 ? 60 : 0, 120).trim(),
    refusedBy,
    guarded: () => flood(limits),
    control: { without: 'it', attempt: () => flood(unlimited) },
  };
};
