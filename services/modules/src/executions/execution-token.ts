import type { Parts } from '../parts.ts';

interface Running {
  readonly executionId: string;
  readonly attempt: number;
  readonly domainId: string;
  readonly moduleId: string;
  /** Of the order. */
  readonly depth: number;
}

/**
 * The token of an attempt, good no longer than its lease, and over when it ended (`tellEnded`). So it is the fence of every call: an attempt that was overtaken cannot have an
 * effect any more, wherever it was held up, because the service that would have it refuses the token.
 */
export const executionToken = (
  { signer, context }: Pick<Parts, 'signer' | 'context'>,
  { executionId, attempt, domainId, moduleId, depth }: Running,
): Promise<string> =>
  signer.sign({
    subject: executionId,
    domainId,
    permissions: ['ROOT'],
    moduleId,
    depth,
    attempt,
    lifetimeS: Math.max(1, Math.floor(context.limits.leaseMs / 1_000)),
  });
