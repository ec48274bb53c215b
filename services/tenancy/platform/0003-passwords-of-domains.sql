-- A password opens the domain that it was set in, and no other. Who administers a domain can set a password, or see the link that sets one,
-- for anybody whose address they know: that must not open what the same person has elsewhere. Who chose the same password in several
-- domains opens them all at once. All passwords of an identity are hashed with one salt, so that a sign-in costs one hash, however many
-- domains there are to compare with.
ALTER TABLE "identity" ADD COLUMN "passwordSalt" text;
UPDATE "identity" SET "passwordSalt" = coalesce(
  split_part("passwordHash", '$', 5),
  encode(decode(replace(gen_random_uuid()::text, '-', ''), 'hex'), 'base64'));
ALTER TABLE "identity" ALTER COLUMN "passwordSalt" SET NOT NULL;

ALTER TABLE "membership" ADD COLUMN "passwordHash" text;
-- The root user of a domain that is on its way in.
INSERT INTO "membership" ("identityId", "domainId", "userId")
  SELECT i."id", d."id", gen_random_uuid() FROM "identity" i JOIN "domain" d ON d."id" = i."passwordDomainId"
   WHERE d."provisioningStep" IN ('REGISTERED', 'SCHEMA', 'TABLES', 'LINKS') ON CONFLICT DO NOTHING;
UPDATE "membership" m SET "passwordHash" = i."passwordHash" FROM "identity" i
 WHERE i."id" = m."identityId" AND (i."passwordDomainId" IS NULL OR i."passwordDomainId" = m."domainId");
ALTER TABLE "identity" DROP COLUMN "passwordHash", DROP COLUMN "passwordDomainId";

-- The domains whose password was given at sign-in.
ALTER TABLE "session" ADD COLUMN "domainIds" text[];
UPDATE "session" s SET "domainIds" = CASE WHEN s."domainId" IS NOT NULL THEN ARRAY[s."domainId"]
  ELSE ARRAY(SELECT m."domainId" FROM "membership" m WHERE m."identityId" = s."identityId") END;
ALTER TABLE "session" ALTER COLUMN "domainIds" SET NOT NULL, DROP COLUMN "domainId";

-- Sets the password of one identity in one domain, once. A newer link takes the place of the older one.
CREATE TABLE "passwordLink" (
  "identityId" uuid NOT NULL,
  "domainId" text NOT NULL,
  -- SHA-256 of the token, which is stored nowhere.
  "tokenHash" bytea NOT NULL UNIQUE,
  -- The user of the domain who made it.
  "mintedBy" uuid NOT NULL,
  "expiresAt" timestamptz(3) NOT NULL,
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY ("identityId", "domainId"),
  FOREIGN KEY ("identityId", "domainId") REFERENCES "membership" ("identityId", "domainId") ON DELETE CASCADE
);
CREATE INDEX "passwordLink_expiresAt" ON "passwordLink" ("expiresAt");

-- Sign-ins that failed, counted by account and by address for all copies of the service. Columns and their order are those of
-- rate-limiter-flexible; keys are hashes of what was typed.
CREATE TABLE "signInFailure" (
  "key" varchar(255) PRIMARY KEY,
  "points" integer NOT NULL DEFAULT 0,
  -- Milliseconds since the epoch.
  "expire" bigint,
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX "signInFailure_expire" ON "signInFailure" ("expire");
