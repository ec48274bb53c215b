import { setTimeout as delay } from 'node:timers/promises';
import type { System } from '@takaro/testing/system';
import type { Fault } from './fault.ts';
import type { Tally, Wipe } from './history.ts';
import { SLACK } from './latency.ts';
import type { Pace } from './load.ts';
import { openSiege, type Siege, type Verdict } from './siege.ts';
import { PATIENCE_MS, untilNone } from './until.ts';

/** What became of one fault, a line of the table. */
export interface Outcome {
  readonly row: string;
  readonly name: string;
  readonly times: number;
  readonly tally: Tally;
  /** Seconds from the end of each fault until commands were answered again in every town. */
  readonly recoveriesS: readonly number[];
  /** What lay in the streams alone may be lost by it: what was accepted in the seconds before. */
  readonly loses: boolean;
  /** Empty when all was as promised. */
  readonly complaints: readonly string[];
  /** Why it could not be tried here. */
  readonly skipped?: string;
}

export interface RunOptions {
  readonly times: number;
  /** Events a second, over all towns. */
  readonly rate: number;
  readonly say: (line: string) => void;
}

const TOWNS = ['north', 'south', 'west'];
/** How long things go on, caught up with, before each fault. */
const CALM_MS = 2_000;
/** What is read last may have been written a moment after everything was quiet. */
const SETTLE_MS = 30_000;

const paceOf = (rate: number): Pace => {
  const ofTown = rate / TOWNS.length;
  return { commands: ofTown / 10, others: ofTown * 0.9, requests: 2 };
};

/** Inflicts a fault again and again while things happen in three towns, then waits until it is quiet and reads the whole history. */
export async function runFault(system: System, fault: Fault, { times: asked, rate, say }: RunOptions): Promise<Outcome> {
  await using siege = await openSiege(system, TOWNS);
  const times = fault.times?.(asked) ?? asked;
  const recoveriesS: number[] = [];
  const complaints: string[] = [];
  const wipes: Wipe[] = [];
  await fault.prepare?.(siege);
  await siege.talk(`row${fault.row}`, paceOf(rate), async () => {
    await begun(siege, complaints);
    for (let turn = 1; turn <= times; turn += 1) {
      await delay(CALM_MS);
      const fromMs = Date.now();
      complaints.push(...(await fault.inflict(siege, turn)));
      const sinceMs = Date.now();
      if (fault.loses) wipes.push({ fromMs, toMs: sinceMs });
      const [answeredMs, more] = await Promise.all([siege.answeredAgain(sinceMs), fault.afterwards?.(siege, turn) ?? []]);
      const recoveryS = (answeredMs - sinceMs) / 1_000;
      recoveriesS.push(recoveryS);
      complaints.push(...more);
      // What one fault left waiting is held against that one, not against the next.
      complaints.push(...(await catchUp(siege, sinceMs, `what fault ${turn} left`)));
      const caughtUpS = (Date.now() - sinceMs) / 1_000;
      say(`  ${turn} of ${times}: answered again after ${recoveryS.toFixed(1)} s, caught up after ${caughtUpS.toFixed(1)} s`);
    }
    await delay(CALM_MS);
  });
  await siege.untilQuiet();
  complaints.push(...((await fault.check?.(siege)) ?? []));
  const slowest = Math.max(...recoveriesS);
  if (slowest > Math.min(fault.recoveryS * SLACK, PATIENCE_MS / 1_000)) complaints.push(`answered again after ${slowest} s only`);
  const { tally, faults } = await finalVerdict(siege, wipes);
  const { row, name, loses = false } = fault;
  return { row, name, times, tally, recoveriesS, loses, complaints: [...complaints, ...faults] };
}

/** Things happen at their pace. */
async function begun(siege: Siege, complaints: string[]): Promise<void> {
  const sinceMs = Date.now();
  await siege.answeredAgain(sinceMs);
  complaints.push(...(await catchUp(siege, sinceMs, 'before the first fault what waited')));
}

/** Waits longer than is good, so that there is a verdict on the rest. */
async function catchUp(siege: Siege, sinceMs: number, what: string): Promise<string[]> {
  const beganMs = Date.now();
  const isCaughtUp = await siege.caughtUp(sinceMs);
  return isCaughtUp && Date.now() - beganMs <= PATIENCE_MS ? [] : [`${what} was not caught up with within ${PATIENCE_MS / 1_000} s`];
}

/** As it is when nothing changes any more. */
async function finalVerdict(siege: Siege, wipes: readonly Wipe[]): Promise<Verdict> {
  await untilNone(async () => (await siege.verdict(wipes)).faults, { timeoutMs: SETTLE_MS, intervalMs: 1_000 }).catch(() => undefined);
  return siege.verdict(wipes);
}
