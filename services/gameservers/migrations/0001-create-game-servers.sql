-- Soft-deleted rows stay for the history; their name and identity token are free again.
CREATE TABLE "gameServer" (
  "id" uuid PRIMARY KEY,
  "name" text NOT NULL CHECK (char_length("name") BETWEEN 3 AND 50),
  "type" text NOT NULL CHECK ("type" IN ('SEVENDAYSTODIE', 'RUST', 'GENERIC', 'MOCK')),
  -- An object; its secret fields are sealed.
  "connectionInfo" jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof("connectionInfo") = 'object'),
  "reachable" boolean NOT NULL DEFAULT false,
  "enabled" boolean NOT NULL DEFAULT true,
  "identityToken" text,
  "deletedAt" timestamptz(3),
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX "gameServer_name_unique" ON "gameServer" ("name") WHERE "deletedAt" IS NULL;
CREATE UNIQUE INDEX "gameServer_identityToken_unique" ON "gameServer" ("identityToken") WHERE "deletedAt" IS NULL;

-- Null: the server inherits what its domain has. In the order of the table of settings.
CREATE TABLE "gameServerSettings" (
  "id" uuid PRIMARY KEY,
  "gameServerId" uuid NOT NULL CONSTRAINT "gameServerSettings_gameServerId_unique" UNIQUE
    REFERENCES "gameServer" ("id") ON DELETE CASCADE,
  -- The domain's one row, which this one inherits from.
  "settingsId" uuid NOT NULL,
  "commandPrefix" text,
  "serverChatName" text,
  "economyEnabled" text,
  "currencyName" text,
  "developerMode" text,
  "messagePrefix" text,
  "domainName" text,
  "discordRoleSyncEnabled" text,
  "discordRoleSyncPreferDiscord" text,
  "unknownCommandFeedbackEnabled" text,
  "unknownCommandFeedbackMessage" text,
  "timezone" text,
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now()
);

-- Others' tables refer to these rows.
GRANT REFERENCES ("id") ON "gameServer" TO takaro_players, takaro_modules;
