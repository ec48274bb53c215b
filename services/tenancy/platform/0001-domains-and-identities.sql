-- What stands above the domains: who they are, who may sign in where, and who is signed in.

CREATE TABLE "domain" (
  "id" text PRIMARY KEY CHECK ("id" ~ '^[a-z0-9][a-z0-9-]{0,47}$'),
  "name" text NOT NULL,
  "externalReference" text CONSTRAINT "domain_externalReference_unique" UNIQUE,
  "state" text NOT NULL DEFAULT 'ACTIVE' CHECK ("state" IN ('ACTIVE', 'DISABLED', 'MAINTENANCE')),
  -- What was reached last; a domain is visible at READY alone.
  "provisioningStep" text NOT NULL DEFAULT 'REGISTERED'
    CHECK ("provisioningStep" IN ('REGISTERED', 'SCHEMA', 'TABLES', 'LINKS', 'READY', 'REMOVING', 'FORGOTTEN')),
  "cell" text NOT NULL DEFAULT 'main',
  "serverRegistrationToken" text NOT NULL UNIQUE,
  "rateLimitPoints" integer NOT NULL DEFAULT 2500,
  "rateLimitDuration" integer NOT NULL DEFAULT 900000,
  "maxGameservers" integer NOT NULL DEFAULT 1,
  "maxUsers" integer NOT NULL DEFAULT 1,
  "eventRetentionDays" integer NOT NULL DEFAULT 7,
  "maxVariables" integer NOT NULL DEFAULT 10000,
  "maxModules" integer NOT NULL DEFAULT 1000,
  "maxFunctionsInModule" integer NOT NULL DEFAULT 50,
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now()
);

-- Start-up and the saga's loop ask for these; they are few at any time.
CREATE INDEX "domain_unfinished" ON "domain" ("createdAt") WHERE "provisioningStep" <> 'READY';

CREATE TABLE "identity" (
  "id" uuid PRIMARY KEY,
  -- In lower case.
  "email" text NOT NULL UNIQUE CHECK ("email" = lower("email")),
  "passwordHash" text,
  -- The domain whose admin set the password: it opens that domain alone. Null when the person set it.
  "passwordDomainId" text,
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now()
);

-- Which user an identity is in which domain, so that nobody loops over tenants to find out.
CREATE TABLE "membership" (
  "identityId" uuid NOT NULL REFERENCES "identity" ("id") ON DELETE CASCADE,
  "domainId" text NOT NULL REFERENCES "domain" ("id") ON DELETE CASCADE,
  "userId" uuid NOT NULL,
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY ("identityId", "domainId")
);
CREATE INDEX "membership_domainId" ON "membership" ("domainId");

CREATE TABLE "session" (
  "id" uuid PRIMARY KEY,
  -- SHA-256 of the token, which is stored nowhere.
  "tokenHash" bytea NOT NULL UNIQUE,
  "identityId" uuid NOT NULL REFERENCES "identity" ("id") ON DELETE CASCADE,
  -- The one domain that the password opened, as of sign-in. Null: every domain of the identity.
  "domainId" text REFERENCES "domain" ("id") ON DELETE CASCADE,
  "expiresAt" timestamptz(3) NOT NULL,
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX "session_expiresAt" ON "session" ("expiresAt");
CREATE INDEX "session_identityId" ON "session" ("identityId");
