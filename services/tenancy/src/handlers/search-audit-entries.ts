import type { Handler } from '@takaro/bus';
import { LIMITS } from '@takaro/contracts/limits';
import type { AuditEntry, searchAuditEntries } from '@takaro/contracts/tenancy/audit';
import type { Tenancy } from '../tenancy.ts';

type Row = Omit<AuditEntry, 'createdAt' | 'actorId' | 'domainId' | 'subject'> &
  Record<'actorId' | 'domainId' | 'subject', string> & { readonly createdAt: Date };

export const handleSearchAuditEntries =
  ({ db }: Tenancy): Handler<typeof searchAuditEntries> =>
  async ({ action, outcome, domainId, before, limit = LIMITS.pageLimitDefault }) => {
    const rows = await db.platformSql<Row>(
      `SELECT "id", "action", "outcome", "actorKind", "actorId", "domainId", "subject", "occurrences", "createdAt"
         FROM {platform}."auditEntry"
        WHERE ($1::text IS NULL OR "action" = $1) AND ($2::text IS NULL OR "outcome" = $2) AND ($3::text IS NULL OR "domainId" = $3)
          AND ($4::timestamptz IS NULL OR "createdAt" < $4)
        ORDER BY "createdAt" DESC, "id" DESC LIMIT $5`,
      [action ?? null, outcome ?? null, domainId ?? null, before ?? null, limit],
    );
    return { entries: rows.map(shown) };
  };

const shown = ({ actorId, domainId, subject, createdAt, ...row }: Row): AuditEntry => ({
  ...row,
  actorId: actorId || null,
  domainId: domainId || null,
  subject: subject || null,
  createdAt: createdAt.toISOString(),
});
