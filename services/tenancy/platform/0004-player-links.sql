-- Codes that players get in the game, to be typed where they are users. A newer code of a player takes the place of the older one.
CREATE TABLE "playerLink" (
  -- SHA-256 of the code, which is stored nowhere. Links are looked for by it.
  "codeHash" bytea PRIMARY KEY,
  "domainId" text NOT NULL REFERENCES "domain" ("id") ON DELETE CASCADE,
  "playerId" uuid NOT NULL,
  "expiresAt" timestamptz(3) NOT NULL,
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE ("domainId", "playerId")
);
-- What is over is deleted with the next code that is made.
CREATE INDEX "playerLink_expiresAt" ON "playerLink" ("expiresAt");
