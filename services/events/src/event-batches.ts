import { ServiceError } from '@takaro/contracts/errors';
import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import type { TenantDb } from '@takaro/tenant-db';
import { insertEvents } from './insert-events.ts';
import type { RetentionEntries } from './retention.ts';

interface Waiting {
  readonly event: EventEnvelope;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Batch {
  readonly waiting: Waiting[];
  readonly timer: NodeJS.Timeout;
}

export interface BatchLimits {
  /** A batch is written when it is this old, */
  readonly waitMs: number;
  /** or has this many rows. */
  readonly rows: number;
}

const LIMITS: BatchLimits = { waitMs: 25, rows: 500 };

/** Gathers the events of each domain for a moment and writes them in one statement. */
export class EventBatches {
  readonly #db: TenantDb;
  readonly #entries: RetentionEntries;
  readonly #limits: BatchLimits;
  readonly #open = new Map<string, Batch>();

  constructor(db: TenantDb, entries: RetentionEntries, limits: BatchLimits = LIMITS) {
    this.#db = db;
    this.#entries = entries;
    this.#limits = limits;
  }

  /** Resolves when the event is committed. An event that is refused fails alone, whoever shared its batch. */
  store(event: EventEnvelope): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { domainId } = event;
    const batch = this.#open.get(domainId) ?? this.#begin(domainId);
    batch.waiting.push({ event, resolve, reject });
    if (batch.waiting.length >= this.#limits.rows) this.#write(domainId, batch);
    return promise;
  }

  #begin(domainId: string): Batch {
    const batch: Batch = { waiting: [], timer: setTimeout(() => this.#write(domainId, batch), this.#limits.waitMs) };
    this.#open.set(domainId, batch);
    return batch;
  }

  #write(domainId: string, batch: Batch): void {
    clearTimeout(batch.timer);
    this.#open.delete(domainId);
    void this.#insert(domainId, batch.waiting);
  }

  async #insert(domainId: string, waiting: readonly Waiting[]): Promise<void> {
    try {
      await this.#entries.ensure(domainId);
      await insertEvents(
        (text, values) => this.#db.sql(domainId, text, values),
        waiting.map(({ event }) => event),
      );
      for (const { resolve } of waiting) resolve();
    } catch (error) {
      // A failure with a code is the database's or the domain's: it meets all. Any other is the fault of one row; halves find it.
      if (waiting.length === 1 || error instanceof ServiceError) for (const { reject } of waiting) reject(refusalOf(error));
      else await this.#insertHalves(domainId, waiting);
    }
  }

  async #insertHalves(domainId: string, waiting: readonly Waiting[]): Promise<void> {
    const middle = Math.ceil(waiting.length / 2);
    await this.#insert(domainId, waiting.slice(0, middle));
    await this.#insert(domainId, waiting.slice(middle));
  }
}

/** Data that PostgreSQL refuses (classes 22 and 23) is refused the next time too, so it is not tried again. */
function refusalOf(error: unknown): unknown {
  const isData = error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code));
  return isData ? new ServiceError('INVALID_MESSAGE', { cause: error }) : error;
}
