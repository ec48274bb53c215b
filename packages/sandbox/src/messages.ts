import type { ConfinementInside } from './confinement.ts';
import type { RunLimits } from './run.ts';

/** Scripts that contexts begin from: with lodash and without. */
export interface Preludes {
  readonly plain: string;
  readonly lodash: string;
}

/** What the parent tells a child. JSON texts stay texts: the child hands them on without looking into them. */
export type ToChild =
  | { readonly type: 'prepare'; readonly preludes: Preludes }
  | {
      readonly type: 'run';
      readonly runId: number;
      /** Names the isolate: domain and version. Null takes a new one and throws it away. */
      readonly isolateKey: string | null;
      readonly prelude: keyof Preludes;
      readonly codeHash: string;
      /** Left out when the child was sent it before. */
      readonly code?: string;
      /** `{data, limits}` */
      readonly input: string;
      readonly limits: RunLimits;
    }
  | { readonly type: 'reply'; readonly runId: number; readonly callId: number; readonly json: string }
  | { readonly type: 'end'; readonly runId: number; readonly reason: string };

/** What a child tells the parent. */
export type FromChild =
  | { readonly type: 'ready'; readonly confinement: ConfinementInside }
  | { readonly type: 'needs-code'; readonly runId: number }
  | { readonly type: 'call'; readonly runId: number; readonly callId: number; readonly json: string }
  /** Lines so far, for the case that the process does not live to send its result. */
  | { readonly type: 'logs'; readonly runId: number; readonly json: string }
  | {
      readonly type: 'ended';
      readonly runId: number;
      /** Of the isolate; null when it was ended from outside. */
      readonly json: string | null;
      readonly reason: string | null;
      readonly cpuMs: number;
    }
  /** It took much of the processor time that it may have, and goes on. */
  | { readonly type: 'heavy'; readonly runId: number }
  /** The isolate does not stop: the whole process has to go. */
  | { readonly type: 'stuck'; readonly runId: number; readonly reason: string };
