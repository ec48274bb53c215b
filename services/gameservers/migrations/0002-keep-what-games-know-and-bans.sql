-- What games said they have.
CREATE TABLE "item" (
  "id" uuid PRIMARY KEY,
  "gameServerId" uuid NOT NULL REFERENCES "gameServer" ("id") ON DELETE CASCADE,
  "code" text NOT NULL,
  "name" text NOT NULL,
  "description" text,
  "icon" text,
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now(),
  -- Also serves the search for what one game server has.
  CONSTRAINT "item_gameServerId_code_key" UNIQUE ("gameServerId", "code")
);
CREATE INDEX "item_code_search" ON "item" ("code");
CREATE INDEX "item_name_search" ON "item" ("name");

-- What games said lives in them.
CREATE TABLE "entity" (
  "id" uuid PRIMARY KEY,
  "gameServerId" uuid NOT NULL REFERENCES "gameServer" ("id") ON DELETE CASCADE,
  "code" text NOT NULL,
  "name" text NOT NULL,
  "description" text,
  "type" text CHECK ("type" IN ('hostile', 'friendly', 'neutral')),
  "metadata" jsonb,
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now(),
  -- Also serves the search for what lives on one game server.
  CONSTRAINT "entity_gameServerId_code_key" UNIQUE ("gameServerId", "code")
);
CREATE INDEX "entity_code_search" ON "entity" ("code");
CREATE INDEX "entity_name_search" ON "entity" ("name");

-- Without a game server it holds on all of them.
CREATE TABLE "ban" (
  "id" uuid PRIMARY KEY,
  "gameServerId" uuid REFERENCES "gameServer" ("id") ON DELETE CASCADE,
  "playerId" uuid NOT NULL,
  -- False where the game had it first.
  "takaroManaged" boolean NOT NULL,
  "isGlobal" boolean NOT NULL,
  "until" timestamptz(3),
  "reason" text,
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT "ban_scope_check" CHECK ("isGlobal" = ("gameServerId" IS NULL)),
  -- Also serves the search for the bans of a player.
  CONSTRAINT "ban_playerId_gameServerId_key" UNIQUE NULLS NOT DISTINCT ("playerId", "gameServerId")
);
-- Serves the search for the bans of a game server, and for the global ones, which have none.
CREATE INDEX "ban_gameServerId_search" ON "ban" ("gameServerId");

-- What is to be done, once; when, stands in the index of what is due. Those of the whole domain name no game server.
CREATE TABLE "job" (
  "id" uuid PRIMARY KEY,
  "type" text NOT NULL,
  "gameServerId" uuid REFERENCES "gameServer" ("id") ON DELETE CASCADE,
  "status" text NOT NULL CHECK ("status" IN ('pending', 'active', 'completed', 'failed')),
  "failedReason" text,
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now()
);
-- Serves the question whether a game server was read lately.
CREATE INDEX "job_gameServerId_search" ON "job" ("gameServerId", "type", "updatedAt");
-- Serves forgetting what ended long ago.
CREATE INDEX "job_updatedAt_search" ON "job" ("updatedAt");
