import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { applyMigrations, MigrationError } from './apply-migrations.ts';
import type { Cell } from './cell.ts';
import type { MigrationFile } from './migration-files.ts';
import { quoteName, tenantSchema } from './names.ts';
import { inTransaction } from './pg-transaction.ts';

export interface TenantMigrations {
  readonly platform: string;
  readonly tables: readonly MigrationFile[];
  readonly links: readonly MigrationFile[];
}

export interface MigrationProgress {
  readonly domainId: string;
  readonly done: number;
  readonly total: number;
  /** Names of the files that were applied now. */
  readonly applied: readonly string[];
  readonly error: Error | null;
}

export interface MigrateAllOptions {
  /** Tenants at once. @default 4 */
  readonly parallel?: number;
  /** One phase alone: all services bring their tables forward before any of them links. @default both */
  readonly phase?: 'tables' | 'links';
  readonly onProgress?: (progress: MigrationProgress) => void;
}

export interface MigrateAllResult {
  readonly migrated: number;
  readonly unchanged: number;
  readonly failed: readonly { readonly domainId: string; readonly error: Error }[];
}

/** Deadlock, lock not available: traffic stood in the way, and the same files may go through in a moment. */
const IN_THE_WAY = new Set(['40P01', '55P03']);
const RETRY_DELAYS_MS = [200, 1_000, 5_000];

/**
 * Brings one phase of a tenant to the newest version, in one transaction. `register` runs in it after the files.
 * @throws MigrationError
 */
export async function migrateTenant(
  pool: Pool,
  migrations: TenantMigrations,
  target: { readonly domainId: string; readonly phase: 'tables' | 'links' },
  register?: { readonly text: string; readonly values: readonly unknown[] },
): Promise<readonly string[]> {
  const schema = tenantSchema(target.domainId);
  for (let turn = 0; ; turn += 1) {
    try {
      return await inTransaction(pool, async (client) => {
        const applied = await applyMigrations(client, { ...target, platform: migrations.platform, schema }, migrations[target.phase]);
        if (register) await client.query(register.text, [...register.values]);
        return applied;
      });
    } catch (error) {
      const waitMs = RETRY_DELAYS_MS[turn];
      if (waitMs === undefined || !(error instanceof MigrationError) || !IN_THE_WAY.has(error.sqlState ?? '')) throw error;
      await delay(waitMs);
    }
  }
}

/** All tenants of a cell, some at a time. One that fails is flagged and the rest goes on; a second call takes up what is left. */
export async function migrateCell(cell: Cell, migrations: TenantMigrations, options: MigrateAllOptions): Promise<MigrateAllResult> {
  const tenantTable = `${quoteName(migrations.platform)}."tenant"`;
  const { rows } = await cell.pool.query<{ domainId: string; linked: boolean }>(
    `select "domainId", "linked" from ${tenantTable} order by "domainId"`,
  );
  const failed: { domainId: string; error: Error }[] = [];
  let migrated = 0;
  let done = 0;
  const migrateOne = async ({ domainId, linked }: { domainId: string; linked: boolean }): Promise<void> => {
    const outcome = await migrateFlagged(cell.pool, migrations, { domainId, linked, phase: options.phase });
    done += 1;
    if (outcome instanceof Error) failed.push({ domainId, error: outcome });
    else if (outcome.length > 0) migrated += 1;
    const error = outcome instanceof Error ? outcome : null;
    options.onProgress?.({ domainId, done, total: rows.length, applied: outcome instanceof Error ? [] : outcome, error });
  };
  const waiting = rows.values();
  const worker = async (): Promise<void> => {
    for (const tenant of waiting) await migrateOne(tenant);
  };
  await Promise.all(Array.from({ length: options.parallel ?? 4 }, worker));
  return { migrated, unchanged: rows.length - migrated - failed.length, failed };
}

async function migrateFlagged(
  pool: Pool,
  migrations: TenantMigrations,
  { domainId, linked, phase }: { readonly domainId: string; readonly linked: boolean; readonly phase: 'tables' | 'links' | undefined },
): Promise<readonly string[] | MigrationError> {
  const tenantTable = `${quoteName(migrations.platform)}."tenant"`;
  const flag = (state: string, errorCode: string | null) => ({
    text: `update ${tenantTable} set "state" = $2, "errorCode" = $3, "updatedAt" = now()
           where "domainId" = $1 and ("state", coalesce("errorCode", '')) <> ($2, coalesce($3, ''))`,
    values: [domainId, state, errorCode],
  });
  const phases = (['tables', 'links'] as const).filter((one) => (phase ?? one) === one && (one === 'tables' || linked));
  const applied: string[] = [];
  try {
    for (const one of phases) applied.push(...(await migrateTenant(pool, migrations, { domainId, phase: one }, flag('active', null))));
    return applied;
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    const { text, values } = flag('failed', error.sqlState ?? error.fault);
    await pool.query(text, values);
    return error;
  }
}

/** How many tenants that have not failed lack the newest file of a phase. */
export async function countPending(pool: Pool, { platform, tables, links }: TenantMigrations): Promise<number> {
  const names = quoteName(platform);
  const { rows } = await pool.query<{ pending: number }>(
    `select count(*)::int as "pending" from ${names}."tenant" t where t."state" = 'active' and (
       ($1::text is not null and not exists (
         select from ${names}."migration" m where m."domainId" = t."domainId" and m."phase" = 'tables' and m."name" = $1))
       or ($2::text is not null and t."linked" and not exists (
         select from ${names}."migration" m where m."domainId" = t."domainId" and m."phase" = 'links' and m."name" = $2)))`,
    [tables.at(-1)?.name ?? null, links.at(-1)?.name ?? null],
  );
  return rows[0]?.pending ?? 0;
}
