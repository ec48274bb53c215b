import type { ExecutionOrder } from '@takaro/contracts/modules/executions';
import type { TenantDb, Tx } from '@takaro/tenant-db';
import { besideAnother } from './beside-another.ts';
import { type ClaimedRow, claimRows, type Times } from './claim-rows.ts';
import type { ExecutionColumns } from './execution-columns.ts';

interface Asked {
  readonly order: ExecutionOrder;
  readonly executionId: string;
  readonly columns: ExecutionColumns;
}

interface WrittenClaims {
  readonly rows: readonly ClaimedRow[];
  /** Those that may only run alone and do not. */
  readonly beside: ReadonlySet<string>;
}

/**
 * Writes claims of one domain. Where some of them may only run alone, one batch of the domain looks and writes at a time, whichever copy
 * of the service has it; all others are one statement.
 */
export function writeClaims(db: TenantDb, domainId: string, asked: readonly Asked[], times: Times): Promise<WrittenClaims> {
  const write = async (sql: Tx['sql']): Promise<WrittenClaims> => {
    const beside = await besideAnother(sql, asked);
    const columns = asked.filter(({ executionId }) => !beside.has(executionId)).map((one) => one.columns);
    return { beside, rows: columns.length === 0 ? [] : await claimRows(sql, domainId, columns, times) };
  };
  if (!asked.some(({ order }) => order.alone)) return write((text, values) => db.sql(domainId, text, values));
  return db.transaction(domainId, async ({ sql }) => {
    await sql('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`alone ${domainId}`]);
    return write(sql);
  });
}
