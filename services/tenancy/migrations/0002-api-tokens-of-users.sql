-- "apiToken_userId" serves the search of a user among their own; those of all users of a domain are few.
ALTER TABLE "apiToken"
  ADD COLUMN "name" text NOT NULL DEFAULT 'Made with the admin secret',
  -- Those that the holder of the admin secret made for the root user do not count towards what a user may have.
  ADD COLUMN "madeByAdmin" boolean NOT NULL DEFAULT true,
  -- Null: all that the user may.
  ADD COLUMN "permissions" text[],
  -- The token by means of which it was made: revoked with it.
  ADD COLUMN "parentId" uuid REFERENCES "apiToken" ("id") ON DELETE CASCADE,
  -- Null: never.
  ALTER COLUMN "expiresAt" DROP NOT NULL;
ALTER TABLE "apiToken" ALTER COLUMN "name" DROP DEFAULT, ALTER COLUMN "madeByAdmin" DROP DEFAULT;
CREATE INDEX "apiToken_parentId" ON "apiToken" ("parentId");
