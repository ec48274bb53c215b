import { readFileSync } from 'node:fs';
import { openSandboxForTests } from '@takaro/sandbox/testing';
import type { Attack, AttackVerdict } from './attack.ts';
import { type HostUse, watchHost } from './host.ts';

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
  readonly reached: (seen: Reached) => number;
  readonly most: number;
  /** Also harm, where there is more of it. Of how late the host was the best of three tries counts. */
  readonly bears?: Bearable;
}

interface Bearable {
  /** How late the event loop of the host may be. */
  readonly lagMs: number;
  /** Processor time of the run in its process, from its begin: what the machine does besides makes no difference to it. */
  readonly runMs?: number;
}

interface Reached {
  readonly calls: readonly unknown[];
  readonly logs: readonly unknown[];
  readonly said: string;
  readonly host: HostUse;
}

const TRIES = 3;
/** A call by which code says that it has what it is about to send: what the host bears is measured from then on. */
export const READY = 'ready';

/** Code that sends more than it may. */
export const flooding = ({ answerChars = 1, limits, unlimited, reached, most, bears, code, ...told }: Flood): Attack => {
  const flood = async (given: Limits, childMemoryMb = 600): Promise<AttackVerdict & { readonly isLate: boolean }> => {
    let stop = watchHost();
    const options = { limits: { cpuMs: 20_000, wallMs: 60_000, ...given }, childMemoryMb };
    await using box = await openSandboxForTests(options, async ({ params }) => {
      if (params['key'] === READY) [stop] = [watchHost(), stop()];
      return { status: 200, body: { data: 'x'.repeat(answerChars) } };
    });
    await box.run('1');
    [stop] = [watchHost(), stop()];
    const { logs, userMessage, reason, cpuMs } = await box.run(code);
    const host = stop();
    const got = Math.round(reached({ calls: box.calls, logs, said: userMessage ?? '', host }));
    const isLate = bears !== undefined && host.lagMs > bears.lagMs;
    const isSlow = bears?.runMs !== undefined && cpuMs > bears.runMs;
    const used = bears
      ? `, ${Math.round(cpuMs)} ms of processor, ${Math.round(host.lagMs)} ms late, over in ${Math.round(host.tookMs)} ms`
      : '';
    const isTooMuch = got > most || isSlow;
    return {
      harmed: isTooMuch || isLate,
      isLate: isLate && !isTooMuch,
      seen: `${got} of at most ${most}${used}${reason === undefined ? '' : `: ${reason}`}`,
    };
  };
  /** What others do on this machine makes a try late, and never one that is not: the best of some counts for the time that it took. */
  const best = async (triesLeft: number): Promise<AttackVerdict> => {
    const { isLate, ...verdict } = await flood(limits);
    return isLate && triesLeft > 1 ? best(triesLeft - 1) : verdict;
  };
  const once = async (given: Limits, childMemoryMb: number): Promise<AttackVerdict> => {
    const { harmed, seen } = await flood(given, childMemoryMb);
    return { harmed, seen };
  };
  return {
    ...told,
    tried: code.slice(code.lastIndexOf(';', 90) > 60 ? 60 : 0, 120).trim(),
    guarded: () => best(TRIES),
    control: { without: 'it', attempt: () => once(unlimited, 1_000_000) },
  };
};
