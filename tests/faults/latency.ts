import { setTimeout as delay } from 'node:timers/promises';
import type { System } from '@takaro/testing/system';
import type { Town } from './town.ts';

/** How long commands waited for their answers that were typed in a span of time; those that got none waited until `nowMs`. */
export const waitsOf = (town: Pick<Town, 'commands'>, fromMs: number, toMs: number, nowMs = Date.now()): number[] =>
  town
    .commands()
    .filter(({ saidAt }) => saidAt >= fromMs && saidAt < toMs)
    .map(({ saidAt, answeredAt: [first = nowMs] }) => first - saidAt);

/** The time within which all but one of a hundred were answered; 0 of nothing. */
export function p99Of(waits: readonly number[]): number {
  const sorted = waits.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0;
}

/** What a figure of the list is multiplied by before it is too much: a busy machine makes everything slower. */
export const SLACK = 10;

/** A complaint when towns had to wait longer than `times` as long as they did before, ten times that allowed. */
export function complaintOfWait(towns: readonly Pick<Town, 'commands'>[], calm: Span, trouble: Span, times: number): string[] {
  const p99 = (span: Span): number => p99Of(towns.flatMap((town) => waitsOf(town, ...span)));
  const [before, during] = [p99(calm), p99(trouble)];
  return during > Math.max(before, LEAST_MS) * times * SLACK ? [`p99 was ${before} ms and became ${during} ms`] : [];
}

/** From and to, in milliseconds since the epoch. */
export type Span = readonly [number, number];

/** Below this it is the machine that is measured. */
const LEAST_MS = 100;

const CALM_MS = 10_000;
/** What was typed last may be answered when it is calm no more. */
const LAST_MS = 1_000;

/** A span in which nothing fails. */
export async function calm(): Promise<Span> {
  const fromMs = Date.now();
  await delay(CALM_MS);
  return [fromMs, Date.now() - LAST_MS];
}

/** A complaint where it takes more than ten times as long until everything is ready. */
export const complaintOfReadiness = ({ ready }: Pick<System, 'ready'>, figureMs: number): Promise<string[]> =>
  complaintOfTime('the system was healthy', ready, figureMs);

/** A complaint where it takes more than ten times as long until what games reported so far is accepted. */
export const complaintOfAcceptance = (towns: readonly Pick<Town, 'confirmed'>[], figureMs: number): Promise<string[]> =>
  complaintOfTime('what games reported was accepted', () => Promise.all(towns.map((town) => town.confirmed())), figureMs);

async function complaintOfTime(what: string, done: () => Promise<unknown>, figureMs: number): Promise<string[]> {
  const from = performance.now();
  await done();
  const tookMs = Math.round(performance.now() - from);
  return tookMs > figureMs * SLACK ? [`${what} after ${tookMs} ms`] : [];
}
