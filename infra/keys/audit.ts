import type { AuditAction } from '@takaro/contracts/tenancy/audit';
import { Client } from 'pg';
import { inTakaro } from '../postgres/roles.ts';

/** Tells the platform's audit log what an operator did, where the database runs. The table is tenancy's. */
export async function writeAuditEntries(adminUrl: string, action: AuditAction, subjects: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: inTakaro(adminUrl) });
  await client.connect();
  try {
    await client.query(
      `insert into "takaro_tenancy"."auditEntry" ("id", "action", "outcome", "actorKind", "subject")
       select gen_random_uuid(), $1, 'done', 'operator', * from unnest($2::text[])`,
      [action, subjects],
    );
  } finally {
    await client.end();
  }
}
