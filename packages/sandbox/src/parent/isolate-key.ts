import type { RunLimits, RunRequest } from '../run.ts';
import type { CompiledFunction } from './compile.ts';

interface MadeWith {
  readonly limits: Pick<RunLimits, 'memoryMb'>;
  readonly compiled: Pick<CompiledFunction, 'prelude'>;
}

/** Everything that an isolate is made with, the domain first: runs with the same key share it, one after the other. */
export const isolateKeyOf = (
  { domainId, versionKey }: Pick<RunRequest, 'domainId' | 'versionKey'>,
  { limits, compiled }: MadeWith,
): string => [domainId, versionKey, limits.memoryMb, compiled.prelude].join('/');
