import type { Logger } from 'pino';
import { rethrowTranslated } from './database-errors.ts';
import { claimDue, claimDueTogether, dueAfterFailure, type DueEntry, type DueItem, nextDueAt, postponeDue, putDueTogether } from './due.ts';
import { PLATFORM_DOMAIN, withSchemas } from './names.ts';
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
  const first = await look(scope, options.kind);
  if (!isDue(first, options)) return { taken: 0, failed: 0, nextDueAt: first };
  let taken = 0;
  let failed = 0;
  while (taken + failed < options.limit) {
    const outcome = await takeOne(scope, options, react, log);
    if (outcome === 'none') break;
    if (outcome === 'taken') taken += 1;
    else failed += 1;
  }
  return { taken, failed, nextDueAt: await look(scope, options.kind) };
}

/** One prepared statement: schedulers look several times a second, and there is nothing due nearly always. */
const look = ({ cell, platform }: TransactionScope, kind: string): Promise<Date | null> =>
  nextDueAt((text, values = []) => cell.query<never>(withSchemas(text, { platform }), values).catch(rethrowTranslated), kind);

const isDue = (dueAt: Date | null, { now }: TakeDueOptions): boolean => dueAt !== null && dueAt.getTime() <= now.getTime();

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
    await runTransaction(scope, (tx) => postponeDue(tx.sql, claimed, now, error));
    return 'failed';
  }
}

/** What is done with an item beside others. Answers what is due next in its domain, or null. */
export type DueTogetherReaction = (item: DueItem) => Promise<DueEntry | null>;

/**
 * Hands out up to `limit` items that are due, beside one another and in one transaction for all: for much that comes due at the same
 * time and needs no transaction in its tenant. What a reaction does has to be safe to repeat: it is done again when the process is lost
 * before the commit. Answers how many were taken.
 */
export async function takeDueTogetherIn(
  scope: TransactionScope,
  options: TakeDueOptions,
  react: DueTogetherReaction,
  log: Logger,
): Promise<number> {
  const { kind, now, limit } = options;
  if (!isDue(await look(scope, kind), options)) return 0;
  return runTransaction(scope, async (tx) => {
    const items = await claimDueTogether(tx.sql, kind, now, limit);
    const results = await Promise.allSettled(items.map((item) => react(item)));
    const next = results.map((result, index) => {
      const item = items[index];
      if (!item) return null;
      const { domainId, attempts } = item;
      if (result.status === 'fulfilled') return result.value && { ...result.value, domainId, attempts: 0 };
      log.warn({ err: result.reason, domainId, kind, attempts: attempts + 1 }, 'what was due failed');
      return { ...item, attempts: attempts + 1, dueAt: dueAfterFailure(item, now, result.reason) };
    });
    await putDueTogether(
      tx.sql,
      next.filter((entry) => entry !== null),
    );
    return items.length;
  });
}
