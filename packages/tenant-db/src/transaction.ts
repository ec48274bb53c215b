import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import { type Cell, execute } from './cell.ts';
import { translateDatabaseError } from './database-errors.ts';
import { type DueEntry, scheduleDue, unscheduleDue } from './due.ts';
import { PLATFORM_DOMAIN, tenantSchema, withSchemas } from './names.ts';
import { insertEvents, type Told } from './outbox.ts';
import { forgetTotals } from './search-total.ts';

/** One transaction in one tenant. `em` is flushed at its end; `sql` runs at once, on the same connection. */
export interface Tx {
  readonly domainId: string;
  readonly em: SqlEntityManager;
  /** `{schema}` and `{platform}` become the quoted schemas; values are `$1`…. timestamptz comes as Date, bigint as text. */
  readonly sql: <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>;
  /** Into the outbox with the commit; the relay publishes it. */
  tell(event: EventEnvelope): Promise<void>;
  /** Sets (or moves) what is due under this key; `takeDue` hands it out. */
  schedule(entry: DueEntry): Promise<void>;
  unschedule(kind: string, key: string): Promise<void>;
}

export interface TransactionScope {
  readonly cell: Cell;
  /** Name of the service's platform schema. */
  readonly platform: string;
  /** `_` for the platform. */
  readonly domainId: string;
  /** Called after a commit that told something. Absent where nobody publishes it but the relay. */
  readonly onTold?: (told: readonly Told[]) => void;
}

export async function runTransaction<T>(scope: TransactionScope, work: (tx: Tx) => Promise<T>): Promise<T> {
  const em = scope.cell.fork(scope.domainId === PLATFORM_DOMAIN ? undefined : tenantSchema(scope.domainId));
  const told: EventEnvelope[] = [];
  try {
    await em.begin();
    const result = await work(txOf(em, scope, told));
    const written = await writeEvents(em, scope, told);
    // Flushes first.
    await em.commit();
    forgetTotals(em);
    if (written.length > 0) scope.onTold?.(written);
    return result;
  } catch (error) {
    // The first failure is the one that says something; a connection that cannot roll back is taken from the pool by itself.
    if (em.isInTransaction()) await em.rollback().catch(() => undefined);
    throw translateDatabaseError(error);
  }
}

/** A transaction within the same database transaction that sees one tenant. Flushes its entity manager. */
export async function withinTransaction(outer: Tx, scope: TransactionScope, work: (tx: Tx) => Promise<void>): Promise<void> {
  const em = outer.em.fork({ schema: tenantSchema(scope.domainId), keepTransactionContext: true });
  const told: EventEnvelope[] = [];
  await work(txOf(em, scope, told));
  await em.flush();
  for (const event of told) await outer.tell(event);
}

async function writeEvents(em: SqlEntityManager, { platform, onTold }: TransactionScope, told: readonly EventEnvelope[]): Promise<Told[]> {
  if (told.length === 0) return [];
  const { text, values } = insertEvents(platform, told, onTold !== undefined);
  const rows = await execute<Pick<Told, 'position'>>(em, text, values);
  return rows.flatMap(({ position }, index) => (told[index] ? [{ position, event: told[index] }] : []));
}

function txOf(em: SqlEntityManager, { platform, domainId }: TransactionScope, told: EventEnvelope[]): Tx {
  const schema = domainId === PLATFORM_DOMAIN ? undefined : tenantSchema(domainId);
  const sql = <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> =>
    execute<Row>(em, withSchemas(text, { platform, schema }), values);
  return {
    domainId,
    em,
    sql,
    tell: async (event) => {
      told.push(event);
    },
    schedule: (entry) => scheduleDue(sql, domainId, entry),
    unschedule: (kind, key) => unscheduleDue(sql, domainId, kind, key),
  };
}
