import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from './run-fault.ts';

/** Where results lie; git ignores it. */
export const RESULTS = join(import.meta.dirname, 'results');

export const weather = (): string =>
  `load average ${loadavg()
    .map((load) => load.toFixed(2))
    .join(' ')}`;

const HEAD = ['row', 'fault', 'times', 'accepted', 'final', 'doubled', 'interrupted', 'back after s (median, worst)', 'verdict'];

const TEXTS = 2;

const secondsOf = (values: readonly number[]): string => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted.length === 0 ? '-' : `${sorted[Math.floor(sorted.length / 2)]?.toFixed(1)}, ${sorted.at(-1)?.toFixed(1)}`;
};

/** Everything accepted came to its end, once, and nothing else was amiss. */
export const isGood = ({ tally, complaints, loses, skipped }: Outcome): boolean =>
  skipped === undefined && complaints.length === 0 && (loses || tally.accepted === tally.final) && tally.doubled === 0;

const verdictOf = (outcome: Outcome): string => {
  const { accepted, final } = outcome.tally;
  if (outcome.skipped !== undefined) return 'skipped';
  if (!isGood(outcome)) return 'FAULTY';
  return accepted === final ? 'good' : `good, ${accepted - final} lost with the store`;
};

const cellsOf = (outcome: Outcome): string[] => {
  const { row, name, times, tally, recoveriesS } = outcome;
  const counts = [times, tally.accepted, tally.final, tally.doubled, tally.interrupted].map(String);
  return [row, name, ...counts, secondsOf(recoveriesS), verdictOf(outcome)];
};

/** One line per fault, and below it what was wrong. */
export function tableOf(outcomes: readonly Outcome[]): string[] {
  const rows = outcomes.map(cellsOf);
  const widths = HEAD.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => (column < TEXTS ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  return [line(HEAD), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)];
}

const SHOWN = 8;

export function complaintsOf({ row, name, complaints, skipped }: Outcome): string[] {
  if (skipped !== undefined) return [`row ${row}, ${name}: skipped, since ${skipped}`];
  const more = complaints.length > SHOWN ? [`  … and ${complaints.length - SHOWN} more`] : [];
  return complaints.length === 0 ? [] : [`row ${row}, ${name}:`, ...complaints.slice(0, SHOWN).map((text) => `  ${text}`), ...more];
}

export async function keep(outcomes: readonly Outcome[], about: object): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  const text = JSON.stringify({ at: new Date().toISOString(), weather: weather(), ...about, outcomes }, null, 2);
  await writeFile(join(RESULTS, 'latest.json'), `${text}\n`);
}
