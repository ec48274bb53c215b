import type { Caller } from '@takaro/bus';
import { newId } from '@takaro/contracts/ids';
import type { AuditAction, AuditActor } from '@takaro/contracts/tenancy/audit';
import type { TenantDb, Tx } from '@takaro/tenant-db';

/** What is told of something that was done or refused. Never a secret, and nothing that somebody typed. */
export interface Audited {
  readonly action: AuditAction;
  /** @default done */
  readonly outcome?: 'done' | 'refused';
  readonly actorKind: AuditActor;
  readonly actorId?: string | undefined;
  readonly domainId?: string | undefined;
  readonly subject?: string | undefined;
}

type Sql = Tx['sql'];

/** Writes an entry. In the transaction of what was done it is there if and only if that was. */
export async function audit(sql: Sql, at: Date, { outcome = 'done', ...told }: Audited): Promise<void> {
  await sql(
    `INSERT INTO {platform}."auditEntry" ("id", "action", "outcome", "actorKind", "actorId", "domainId", "subject", "minute", "createdAt")
     VALUES ($1, $2, $3, $4, $5, $6, $7, date_trunc('minute', $8::timestamptz), $8)
     ON CONFLICT ("action", "actorKind", "actorId", "domainId", "subject", "minute") WHERE "outcome" = 'refused'
     DO UPDATE SET "occurrences" = "auditEntry"."occurrences" + 1, "updatedAt" = now()`,
    [newId(), told.action, outcome, told.actorKind, told.actorId ?? '', told.domainId ?? '', told.subject ?? '', at],
  );
}

/** Who asked. */
export const actorOf = ({ claims }: Caller): Pick<Audited, 'actorKind' | 'actorId'> => {
  if (claims?.kind === 'user') return { actorKind: 'user', actorId: claims.subject };
  if (claims?.kind === 'admin') return { actorKind: 'admin' };
  return { actorKind: claims ? 'service' : 'unknown', actorId: claims?.subject };
};

/** Takes away what is older than its retention. */
export const forgetOldEntries = (db: TenantDb, now: Date, retentionDays: number): Promise<unknown> =>
  db.platformSql('DELETE FROM {platform}."auditEntry" WHERE "createdAt" < $1::timestamptz - make_interval(days => $2)', [
    now,
    retentionDays,
  ]);
