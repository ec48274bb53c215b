import type { RunResult as ToldResult } from '@takaro/contracts/modules/executions';
import type { RunResult } from '@takaro/sandbox';

/** What modules is told of a result. */
export const toldOf = (result: RunResult): ToldResult => {
  const { success, lost, reason, logs, truncated, userMessage, calls, durationMs, cpuMs } = result;
  return {
    success,
    ...(lost && { interrupted: true }),
    ...(neverBegan(result) && { neverBegan: true }),
    ...(reason !== undefined && { reason: reason.slice(0, 2_000) }),
    logs: [...logs],
    truncated,
    ...(userMessage !== undefined && { userMessage }),
    calls,
    durationMs,
    cpuMs,
  };
};

/**
 * Whether no line of it was evaluated. What cannot be compiled or linked is given to no process, and so takes no time at all; what only
 * V8 finds wrong comes back from one as a syntax error, which one that is thrown never is: that is a line, and no reason. A process that
 * was lost took the run with it, and who ended a run for a limit had to have it running.
 */
function neverBegan({ success, lost, calls, durationMs, reason }: RunResult): boolean {
  if (success || lost || calls > 0) return false;
  return durationMs === 0 || (reason?.startsWith('SyntaxError: ') ?? false);
}
