import type { LogLine, RunLimits } from '../run.ts';

/** What is kept of the lines of a run. A function can change what its isolate measures and writes with, so all of it is measured again. */
export interface KeptLogs {
  readonly lines: readonly LogLine[];
  /** Lines were left out. */
  readonly isTruncated: boolean;
  /** Takes a list of `{msg, details}` out of an isolate; of anything else nothing. */
  add(value: unknown): void;
}

/** Deeper values are not kept: whoever writes or reads JSON further on does so by recursion. */
const MOST_LEVELS = 200;
const NOT_SERIALIZABLE = '[not serializable]';

/** Keeps `outputChars` of JSON in all. The line that has no room any more is the last, with `truncated` for its details. */
export function createKeptLogs({ outputChars, messageChars }: RunLimits): KeptLogs {
  const lines: LogLine[] = [];
  let chars = '[]'.length;
  let isTruncated = false;

  const keep = (line: LogLine): boolean => {
    const size = JSON.stringify(line).length + ','.length;
    if (chars + size > outputChars) return false;
    chars += size;
    lines.push(line);
    return true;
  };
  const add = (value: unknown): void => {
    if (!Array.isArray(value)) return;
    for (const one of value) {
      if (isTruncated) return;
      if (!isRecord(one)) continue;
      const msg = cut(textOf(one['msg']), messageChars);
      if (keep({ msg, details: shallow(one['details'] ?? null) })) continue;
      isTruncated = true;
      keep({ msg, details: { truncated: true } });
    }
  };
  return {
    lines,
    get isTruncated() {
      return isTruncated;
    },
    add,
  };
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : String(JSON.stringify(shallow(value))));

const cut = (text: string, chars: number): string => (text.length > chars + 3 ? `${text.slice(0, chars)}...` : text);

const shallow = (value: unknown): unknown => (isDeeperThan(MOST_LEVELS, value) ? NOT_SERIALIZABLE : value);

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => isDeeperThan(levels - 1, one));
}
