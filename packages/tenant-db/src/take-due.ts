import type { Logger } from 'pino';
import { claimDue, type DueItem, nextDueAt, postponeDue } from './due.ts';
import { PLATFORM_DOMAIN } from './names.ts';
import { runTransaction, type TransactionScope, type Tx, withinTransaction } from './transaction.ts';

export interface TakeDueOptions {
  readonly kind: string;
  /** The caller's clock. */
  readonly now: Date;
  /** At most so many items in one call. */
  readonly limit: number;
}

export interface DueTaken {
  readonly taken: number;
  readonly failed: number;
  /** When to look again; null when nothing of the kind is scheduled. */
  readonly nextDueAt: Date | null;
}

/** What is done with an item: in one transaction with its removal, in the tenant it belongs to. */
export type DueReaction = (item: DueItem, tx: Tx) => Promise<void>;

/**
 * Hands out what is due, one transaction per item: of any number of schedulers one gets it, and its effect commits with its
 * removal. An item whose reaction throws stays, later each time.
 */
export async function takeDueIn(scope: TransactionScope, options: TakeDueOptions, react: DueReaction, log: Logger): Promise<DueTaken> {
  let taken = 0;
  let failed = 0;
  while (taken + failed < options.limit) {
    const outcome = await takeOne(scope, options, react, log);
    if (outcome === 'none') break;
    if (outcome === 'taken') taken += 1;
    else failed += 1;
  }
  return { taken, failed, nextDueAt: await runTransaction(scope, (tx) => nextDueAt(tx.sql, options.kind)) };
}

async function takeOne(
  scope: TransactionScope,
  { kind, now }: TakeDueOptions,
  react: DueReaction,
  log: Logger,
): Promise<'none' | 'taken' | 'failed'> {
  let item: DueItem | undefined;
  try {
    await runTransaction(scope, async (outer) => {
      item = await claimDue(outer.sql, kind, now);
      const claimed = item;
      if (claimed === undefined) return;
      if (claimed.domainId === PLATFORM_DOMAIN) await react(claimed, outer);
      else await withinTransaction(outer, { ...scope, domainId: claimed.domainId }, (tx) => react(claimed, tx));
    });
    return item === undefined ? 'none' : 'taken';
  } catch (error) {
    const claimed = item;
    if (claimed === undefined) throw error;
    log.warn({ err: error, domainId: claimed.domainId, kind, attempts: claimed.attempts + 1 }, 'what was due failed');
    await runTransaction(scope, (tx) => postponeDue(tx.sql, claimed, now));
    return 'failed';
  }
}
