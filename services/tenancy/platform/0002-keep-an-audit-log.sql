-- Who got in, who was refused, and what was done about keys, tokens and domains. Nothing in it lets anybody in. Its rows are added, and
-- end with their retention; no operation changes one, but that the same refusal within a minute is counted in one row.
CREATE TABLE "auditEntry" (
  "id" uuid PRIMARY KEY,
  "action" text NOT NULL,
  "outcome" text NOT NULL CHECK ("outcome" IN ('done', 'refused')),
  "actorKind" text NOT NULL CHECK ("actorKind" IN ('identity', 'user', 'admin', 'operator', 'service', 'unknown')),
  -- Id of the identity or of the user. What somebody typed as a name is not kept: it may be a password.
  "actorId" text NOT NULL DEFAULT '',
  "domainId" text NOT NULL DEFAULT '',
  -- What it was done to.
  "subject" text NOT NULL DEFAULT '',
  "occurrences" integer NOT NULL DEFAULT 1,
  "minute" timestamptz(0) NOT NULL DEFAULT date_trunc('minute', now()),
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX "auditEntry_createdAt" ON "auditEntry" ("createdAt");
CREATE UNIQUE INDEX "auditEntry_refusals" ON "auditEntry" ("action", "actorKind", "actorId", "domainId", "subject", "minute")
  WHERE "outcome" = 'refused';
