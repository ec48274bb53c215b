import { loadavg } from 'node:os';
import { cpuOfAll, median, rateOf, type Round } from './stats.ts';

/** A ratio of two sides of one run, with what it should reach and what it must not fall behind. */
export interface Ratio {
  /** Such as `P1 p50`. The floors are committed under this name. */
  readonly id: string;
  readonly value: number;
  readonly target: string;
}

/** The row of one side: medians over its rounds. */
export const rowOf = (name: string, rounds: readonly Round[]): string[] => [
  name,
  median(rounds.map(({ p50Ms }) => p50Ms)).toFixed(2),
  median(rounds.map(({ p99Ms }) => p99Ms)).toFixed(2),
  Math.round(median(rounds.map(rateOf))).toString(),
  median(rounds.map(cpuOfAll)).toFixed(2),
];

export function printTable(say: (line: string) => void, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  say(line(head));
  say(widths.map((width) => '-'.repeat(width)).join('  '));
  for (const row of rows) say(line(row));
}

export const weather = (): string =>
  `load average ${loadavg()
    .map((load) => load.toFixed(2))
    .join(' ')}`;

/** Where the CPU of one side goes, the greediest process first. */
export function cpuLine(rounds: readonly Round[]): string {
  const names = Object.keys(rounds[0]?.cpuMs ?? {});
  const shares = names.map((name) => ({ name, ms: median(rounds.map(({ cpuMs }) => cpuMs[name] ?? 0)) }));
  return shares
    .toSorted((a, b) => b.ms - a.ms)
    .map(({ name, ms }) => `${name} ${ms.toFixed(2)}`)
    .join(', ');
}
