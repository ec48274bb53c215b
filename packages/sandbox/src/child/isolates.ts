import ivm from 'isolated-vm';
import type { Preludes } from '../messages.ts';

export interface WarmIsolate {
  readonly key: string | null;
  readonly isolate: ivm.Isolate;
  /** Compiled once per isolate, by hash of the code. */
  readonly scripts: Map<string, ivm.Script>;
  contexts: number;
  /** Set by its run: who has to be told when V8 gives up on the heap. */
  onCatastrophe: () => void;
}

export interface IsolateKind {
  readonly prelude: keyof Preludes;
  readonly memoryMb: number;
}

export interface Isolates {
  /** An isolate that nobody else uses, warm if there is one for the key, which names its prelude and memory too. */
  take(key: string | null, kind: IsolateKind): WarmIsolate;
  /** Back from a run that ended well: kept for the next one, unless it has seen enough contexts. */
  giveBack(warm: WarmIsolate): void;
}

/**
 * V8 frees a context once every reference into it was released (without that, an isolate of 32 MB was at its end after 146 of them);
 * what else may gather in an isolate goes with it.
 */
const CONTEXTS_PER_ISOLATE = 500;

/** Isolates of this process, the idle ones bounded: who was not used for the longest time goes first. */
export function openIsolates(preludes: Preludes, idleMax = 64): Isolates {
  const idle: WarmIsolate[] = [];
  const snapshots = new Map<keyof Preludes, ivm.ExternalCopy<ArrayBuffer>>();

  const snapshotOf = (prelude: keyof Preludes): ivm.ExternalCopy<ArrayBuffer> => {
    const snapshot = snapshots.get(prelude) ?? ivm.Isolate.createSnapshot([{ code: preludes[prelude] }]);
    snapshots.set(prelude, snapshot);
    return snapshot;
  };
  const open = (key: string | null, { prelude, memoryMb }: IsolateKind): WarmIsolate => {
    const snapshot = snapshotOf(prelude);
    const isolate = new ivm.Isolate({ memoryLimit: memoryMb, snapshot, onCatastrophicError: () => warm.onCatastrophe() });
    const warm: WarmIsolate = { key, isolate, scripts: new Map(), contexts: 0, onCatastrophe: () => {} };
    return warm;
  };
  const take = (key: string | null, kind: IsolateKind): WarmIsolate => {
    const index = key === null ? -1 : idle.findLastIndex((warm) => warm.key === key);
    const [found] = index < 0 ? [] : idle.splice(index, 1);
    return found ?? open(key, kind);
  };
  const giveBack = (warm: WarmIsolate): void => {
    if (warm.isolate.isDisposed) return;
    if (warm.key === null || warm.contexts >= CONTEXTS_PER_ISOLATE) return warm.isolate.dispose();
    idle.push(warm);
    if (idle.length > idleMax) idle.shift()?.isolate.dispose();
  };
  return { take, giveBack };
}
