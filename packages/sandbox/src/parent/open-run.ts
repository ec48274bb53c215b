import type { FromChild } from '../messages.ts';
import type { HostReply, HostRequest } from '../operation.ts';
import type { LogLine, OnHostCall, RunLimits, RunResult } from '../run.ts';
import type { CompiledFunction } from './compile.ts';

/** How it went in one process: to its end, or the process vanished below it. */
export type Outcome = { readonly kind: 'ended'; readonly result: RunResult } | { readonly kind: 'vanished' };

/** A run in a process. */
export interface OpenRun {
  readonly runId: number;
  readonly domainId: string;
  readonly isolateKey: string | null;
  readonly compiled: CompiledFunction;
  readonly input: string;
  readonly limits: RunLimits;
  /** Host calls so far. */
  readonly calls: number;
  /** Takes a call from the process. Answers the JSON for it. */
  answer(json: string): Promise<string>;
  addLogs(json: string): void;
  end(message: Extract<FromChild, { type: 'ended' }>): void;
  /** Ends it for a reason of its own, with the lines that are known. */
  fail(reason: string): void;
  vanish(): void;
}

export interface OpenRunOptions {
  readonly runId: number;
  readonly domainId: string;
  readonly isolateKey: string | null;
  readonly compiled: CompiledFunction;
  readonly input: string;
  readonly limits: RunLimits;
  readonly onHostCall: OnHostCall;
  readonly settle: (outcome: Outcome) => void;
}

export function createOpenRun({ onHostCall, settle, ...given }: OpenRunOptions): OpenRun {
  const { limits } = given;
  const startedAt = performance.now();
  const logs: LogLine[] = [];
  let calls = 0;

  const finish = (result: Partial<RunResult>): void => {
    const durationMs = performance.now() - startedAt;
    settle({ kind: 'ended', result: { success: false, lost: false, logs, truncated: false, calls, durationMs, cpuMs: 0, ...result } });
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
      logs.push(...parseLogs(json));
    },
    end: ({ json, reason, cpuMs }) => finish({ cpuMs, ...(json === null ? { reason: reason ?? 'ended' } : parseResult(json)) }),
    fail: (reason) => finish({ reason }),
    vanish: () => settle({ kind: 'vanished' }),
  };
}

const envelope = (name: string, message: string) => ({ meta: { error: { code: name, message } }, data: {} });
const INTERNAL: HostReply = { status: 500, body: envelope('InternalServerError', 'Internal error') };
const TOO_LARGE = JSON.stringify({ status: 413, body: envelope('PayloadTooLargeError', 'The result is too large. Ask for less at once.') });

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What comes out of an isolate is taken for nothing but JSON. */
function parseRequest(json: string): HostRequest {
  const value: unknown = JSON.parse(json);
  if (!isRecord(value) || typeof value['operationId'] !== 'string') throw new Error('Not a call');
  const { operationId, params, query, body } = value;
  return { operationId, params: isRecord(params) ? params : {}, query: isRecord(query) ? query : {}, ...(body !== undefined && { body }) };
}

function parseLogs(json: unknown): LogLine[] {
  const value: unknown = typeof json === 'string' ? JSON.parse(json) : json;
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map(({ msg, details }) => ({ msg: String(msg), details: details ?? null }));
}

function parseResult(json: string): Partial<RunResult> {
  const value: unknown = JSON.parse(json);
  if (!isRecord(value)) return { reason: 'The isolate gave no result' };
  const { success, truncated, userMessage } = value;
  return {
    success: success === true,
    truncated: truncated === true,
    logs: parseLogs(value['logs']),
    ...(typeof userMessage === 'string' && { userMessage }),
  };
}
