import type { FromChild } from '../messages.ts';
import type { HostReply, HostRequest } from '../operation.ts';
import { mostSaidChars, type OnHostCall, type RunLimits, type RunResult, TOO_MUCH_SAID } from '../run.ts';
import type { CompiledFunction } from './compile.ts';
import { createKeptLogs, isRecord } from './kept-logs.ts';

/** How it went in one process: to its end, or the process vanished below it, or it is to begin again in another one. */
export type Outcome = { readonly kind: 'ended'; readonly result: RunResult } | { readonly kind: 'vanished' } | { readonly kind: 'aside' };

/** A run in a process. */
export interface OpenRun {
  readonly runId: number;
  readonly domainId: string;
  readonly isolateKey: string | null;
  readonly compiled: CompiledFunction;
  readonly input: string;
  readonly limits: RunLimits;
  /** Whether it may be ended here to begin again elsewhere. */
  readonly mayStepAside: boolean;
  /** Host calls so far. */
  readonly calls: number;
  /** Takes a call from the process. Answers the JSON for it. */
  answer(json: string): Promise<string>;
  /** Takes lines so far. Answers whether that was all within what an isolate says that keeps to its limits; what is beyond it is not read. */
  addLogs(json: string): boolean;
  end(message: Extract<FromChild, { type: 'ended' }>): void;
  /** Ends it for a reason of its own, with the lines that are known. */
  fail(reason: string): void;
  vanish(): void;
  stepAside(): void;
}

export interface OpenRunOptions {
  readonly runId: number;
  readonly domainId: string;
  readonly isolateKey: string | null;
  readonly compiled: CompiledFunction;
  readonly input: string;
  readonly limits: RunLimits;
  readonly mayStepAside: boolean;
  readonly onHostCall: OnHostCall;
  readonly settle: (outcome: Outcome) => void;
}

export function createOpenRun({ onHostCall, settle, ...given }: OpenRunOptions): OpenRun {
  const { limits } = given;
  const startedAt = performance.now();
  const told = createKeptLogs(limits);
  let toldChars = 0;
  let calls = 0;

  const finish = (result: Partial<RunResult>): void => {
    const durationMs = performance.now() - startedAt;
    const { lines: logs, isTruncated: truncated } = told;
    settle({ kind: 'ended', result: { success: false, lost: false, logs, truncated, calls, durationMs, cpuMs: 0, ...result } });
  };
  const answer = async (json: string): Promise<string> => {
    calls += 1;
    const reply = await onHostCall(parseRequest(json)).catch(() => INTERNAL);
    const text = JSON.stringify(reply);
    return text.length > limits.replyChars ? TOO_LARGE : text;
  };
  return {
    ...given,
    get calls() {
      return calls;
    },
    answer,
    addLogs: (json) => {
      toldChars += json.length;
      if (toldChars > mostSaidChars(limits)) return false;
      told.add(parse(storable(json)));
      return true;
    },
    end: ({ json, reason, cpuMs }) => finish({ cpuMs, ...(json === null ? { reason: reason ?? 'ended' } : parseResult(json, limits)) }),
    fail: (reason) => finish({ reason }),
    vanish: () => settle({ kind: 'vanished' }),
    stepAside: () => settle({ kind: 'aside' }),
  };
}

const USER_MESSAGE_CHARS = 2_000;
const envelope = (name: string, message: string) => ({ meta: { error: { code: name, message } }, data: {} });
const INTERNAL: HostReply = { status: 500, body: envelope('InternalServerError', 'Internal error') };
const TOO_LARGE = JSON.stringify({ status: 413, body: envelope('PayloadTooLargeError', 'The result is too large. Ask for less at once.') });

/** What comes out of an isolate is taken for nothing but text: a function can change what its result is written with. */
function parseRequest(json: string): HostRequest {
  const value = parse(json);
  if (!isRecord(value) || typeof value['operationId'] !== 'string') throw new Error('Not a call');
  const { operationId, params, query, body } = value;
  return { operationId, params: isRecord(params) ? params : {}, query: isRecord(query) ? query : {}, ...(body !== undefined && { body }) };
}

function parseResult(json: string, limits: RunLimits): Partial<RunResult> {
  if (json.length > mostSaidChars(limits)) return { reason: TOO_MUCH_SAID };
  const value = parse(storable(json));
  if (!isRecord(value)) return { reason: 'The function broke the built-in objects that its result is written with' };
  const { success, truncated, userMessage } = value;
  const kept = createKeptLogs(limits);
  kept.add(value['logs']);
  return {
    success: success === true,
    truncated: truncated === true || kept.isTruncated,
    logs: kept.lines,
    ...(typeof userMessage === 'string' && { userMessage: userMessage.slice(0, USER_MESSAGE_CHARS) }),
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** No database takes a NUL or half a character in JSON. `JSON.stringify` writes both as escapes, and nothing else as these. */
const storable = (json: string): string => json.replaceAll(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/gi, '$1\\ufffd');
