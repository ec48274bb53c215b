import type { HostReply, HostRequest } from './operation.ts';

/** What one run may use. Characters are UTF-16 code units of JSON text. */
export interface RunLimits {
  /** Processor time inside the isolate; time asleep does not count. */
  readonly cpuMs: number;
  /** From the start of the run to its end, host calls included. One that is taken aside starts anew, once. */
  readonly wallMs: number;
  /** Heap of the isolate. V8 takes it as a guideline, so the process is watched besides. */
  readonly memoryMb: number;
  /** All log lines together, as they are kept. */
  readonly outputChars: number;
  /** The text of one log line. */
  readonly messageChars: number;
  readonly calls: number;
  readonly callsAtOnce: number;
  /** Arguments of one host call. */
  readonly argumentChars: number;
  /** Result of one host call. */
  readonly replyChars: number;
  /** `data` of the run. */
  readonly dataChars: number;
}

export const DEFAULT_RUN_LIMITS: RunLimits = {
  cpuMs: 2_000,
  wallMs: 10_000,
  memoryMb: 128,
  outputChars: 65_536,
  messageChars: 1_000,
  calls: 500,
  callsAtOnce: 10,
  argumentChars: 1_048_576,
  replyChars: 8_388_608,
  dataChars: 8_388_608,
};

/** More than an isolate says of its lines that keeps to its limits, and for once of its end besides. In characters of JSON, escapes included. */
export const mostSaidChars = ({ outputChars }: RunLimits): number => 2 * outputChars + 32_768;

export const TOO_MUCH_SAID = 'quota: the output is too large';

/** A function of a version: one is run, others may be imported by it as `./<name>.js`. */
export interface FunctionSource {
  readonly id: string;
  readonly name: string | null;
  readonly code: string;
}

export interface RunRequest {
  /** Isolates are never shared between domains. */
  readonly domainId: string;
  /** Names one content of one version: runs with the same key share warm isolates. */
  readonly versionKey: string;
  /** Which of the sources is run. */
  readonly functionId: string;
  readonly sources: readonly FunctionSource[];
  readonly data: Readonly<Record<string, unknown>>;
  readonly limits?: Partial<RunLimits>;
  /** Ends the run; it is reported as lost. */
  readonly signal?: AbortSignal;
  /** `cold` takes a new isolate and throws it away. @default warm */
  readonly isolate?: 'warm' | 'cold';
}

export interface LogLine {
  readonly msg: string;
  readonly details: unknown;
}

export interface RunResult {
  readonly success: boolean;
  /** Why it failed outside of its own code: a limit, a syntax error, a lost process. */
  readonly reason?: string;
  /** The process that ran it was ended for another's sake, or the run was given up, after it had asked the host for something. */
  readonly lost: boolean;
  readonly logs: readonly LogLine[];
  /** Lines were left out. */
  readonly truncated: boolean;
  /** The text of a TakaroUserError that ended the function. */
  readonly userMessage?: string;
  readonly calls: number;
  readonly durationMs: number;
  readonly cpuMs: number;
}

export type OnHostCall = (request: HostRequest) => Promise<HostReply>;
