/** What an attack of `tests/abuse` came to, as its test reports it. */
export interface AttackRecord {
  /** Of the list of faults and abuses. */
  readonly row: number;
  readonly attack: string;
  readonly tried: string;
  /** The guard that has to refuse it. */
  readonly refusedBy: string;
  /** What the control leaves out. */
  readonly without: string;
  /** Undefined when the attack threw what it should not have, or was not reached. */
  readonly guarded?: AttackVerdict;
  readonly unguarded?: AttackVerdict;
}

export interface AttackVerdict {
  /** Whether it had its effect. */
  readonly harmed: boolean;
  /** What was observed, in a few words. */
  readonly seen: string;
}

/** Refused with its guard, and successful without it: else the refusal proves nothing. */
export const isProved = ({ guarded, unguarded }: AttackRecord): boolean => guarded?.harmed === false && unguarded?.harmed === true;

const COLUMNS = ['row', 'attack', 'what was tried', 'refused by', 'what was seen', 'control', 'seen then', ''] as const;
const WIDEST = [3, 44, 40, 30, 36, 30, 36, 6];

/** Lines for a screen, by row; the last column says whether both halves came out as they must. */
export function attackTable(records: readonly AttackRecord[]): string[] {
  const rows = records
    .toSorted((one, other) => one.row - other.row)
    .map((record) => [
      String(record.row),
      record.attack,
      record.tried,
      record.refusedBy,
      toldOf(record.guarded, false),
      record.without,
      toldOf(record.unguarded, true),
      isProved(record) ? 'ok' : 'FAILED',
    ]);
  const all = [COLUMNS, ...rows];
  const widths = WIDEST.map((most, column) => Math.min(most, Math.max(...all.map((row) => row[column]?.length ?? 0))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cut(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(COLUMNS), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)];
}

/** Harm where there should be none, and none where the control expects it, is marked. */
function toldOf(verdict: AttackVerdict | undefined, isHarmExpected: boolean): string {
  if (!verdict) return '! not reached';
  return verdict.harmed === isHarmExpected ? verdict.seen : `! ${verdict.seen}`;
}

const cut = (text: string, width: number): string => {
  const plain = text.replaceAll(/\s+/g, ' ');
  return plain.length > width ? `${plain.slice(0, width - 1)}…` : plain.padEnd(width);
};
