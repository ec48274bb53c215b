import type { RunLimits } from '../run.ts';
import type { Post } from './host-bridge.ts';

export interface Log {
  /** A line of the function's own console or of the client. */
  write(message: unknown, args: readonly unknown[]): void;
  /** The last line: what was thrown. It finds room in a full log. */
  writeError(message: unknown, stack: unknown): void;
  /** All lines as one JSON array. */
  json(): string;
  isTruncated(): boolean;
}

/** Room that is kept free for the error that ends a run, as JSON. */
const RESERVED_CHARS = 12_288;
const STACK_CHARS = 4_000;
/** What a line has around its text and its details, and the brackets of all. */
const LINE_CHARS = 24;
const { stringify } = JSON;

/** JSON of any value, whatever traps it holds. */
function jsonOf(value: unknown): string {
  try {
    return stringify(value) ?? 'null';
  } catch {
    return typeof value === 'bigint' ? `"${value}"` : '"[not serializable]"';
  }
}

function textOf(message: unknown, limit: number): string {
  const text = typeof message === 'string' ? message : message === undefined ? 'undefined' : jsonOf(message);
  return text.length > limit ? `${text.slice(0, limit)}...` : text;
}

/**
 * Lines are kept inside the isolate and leave it with the result: a line costs the host nothing. As a run may not live to give its
 * result, they are also told after 1, 2, 4, 8 … lines, so the host hears of a flood a dozen times and no more.
 */
export function createLog(post: Post, limits: RunLimits): Log {
  const lines: string[] = [];
  let chars = 0;
  let told = 0;
  let isTruncated = false;

  const push = (line: string): void => {
    lines.push(line);
    chars += line.length + 1;
    if (lines.length < told * 2) return;
    post('logs', 0, `[${lines.slice(told).join(',')}]`);
    told = lines.length;
  };
  const write = (message: unknown, args: readonly unknown[]): void => {
    if (isTruncated) return;
    const msg = stringify(textOf(message, limits.messageChars));
    const line = `{"msg":${msg},"details":{"args":[${args.map(jsonOf).join(',')}]}}`;
    if (chars + line.length <= limits.outputChars - RESERVED_CHARS) return push(line);
    isTruncated = true;
    push(`{"msg":${msg},"details":{"truncated":true}}`);
  };
  const writeError = (message: unknown, stack: unknown): void => {
    const msg = stringify(textOf(message, limits.messageChars));
    const details = typeof stack === 'string' ? stringify(textOf(stack, STACK_CHARS)) : 'null';
    const room = limits.outputChars - chars - msg.length - LINE_CHARS;
    push(`{"msg":${msg},"details":${details.length > room ? 'null' : details}}`);
  };
  return { write, writeError, json: () => `[${lines.join(',')}]`, isTruncated: () => isTruncated };
}
