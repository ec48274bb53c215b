-- Null: not stored, so the default holds. In the order of the table of settings.
CREATE TABLE "settings" (
  "id" uuid PRIMARY KEY,
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
  -- Every domain has one row.
  "single" boolean NOT NULL DEFAULT true UNIQUE CHECK ("single"),
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE "user" (
  "id" uuid PRIMARY KEY,
  "name" text NOT NULL,
  "email" text NOT NULL CONSTRAINT "user_email_unique" UNIQUE,
  "idpId" uuid NOT NULL CONSTRAINT "user_idpId_unique" UNIQUE REFERENCES "takaro_tenancy"."identity" ("id"),
  "discordId" text,
  "playerId" uuid CONSTRAINT "user_playerId_unique" UNIQUE,
  "isDashboardUser" boolean NOT NULL DEFAULT false,
  "lastSeen" timestamptz(3) NOT NULL DEFAULT now(),
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE "role" (
  "id" uuid PRIMARY KEY,
  "name" text NOT NULL CONSTRAINT "role_name_unique" UNIQUE,
  "system" boolean NOT NULL DEFAULT false,
  "linkedDiscordRoleId" text,
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE "userRole" (
  "id" uuid PRIMARY KEY,
  "userId" uuid NOT NULL REFERENCES "user" ("id") ON DELETE CASCADE,
  "roleId" uuid NOT NULL REFERENCES "role" ("id") ON DELETE CASCADE,
  "expiresAt" timestamptz(3),
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT "userRole_unique" UNIQUE ("userId", "roleId")
);
CREATE INDEX "userRole_roleId" ON "userRole" ("roleId");

CREATE TABLE "permission" (
  "id" uuid PRIMARY KEY,
  "code" text NOT NULL,
  "friendlyName" text NOT NULL,
  "description" text NOT NULL,
  "canHaveCount" boolean NOT NULL DEFAULT false,
  -- Null: a permission of the platform.
  "moduleVersionId" uuid,
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT "permission_unique" UNIQUE NULLS NOT DISTINCT ("moduleVersionId", "code")
);

CREATE TABLE "rolePermission" (
  "id" uuid PRIMARY KEY,
  "roleId" uuid NOT NULL REFERENCES "role" ("id") ON DELETE CASCADE,
  "permissionId" uuid NOT NULL REFERENCES "permission" ("id") ON DELETE CASCADE,
  "count" integer,
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT "rolePermission_unique" UNIQUE ("roleId", "permissionId")
);
CREATE INDEX "rolePermission_permissionId" ON "rolePermission" ("permissionId");

CREATE TABLE "apiToken" (
  "id" uuid PRIMARY KEY,
  "userId" uuid NOT NULL REFERENCES "user" ("id") ON DELETE CASCADE,
  -- SHA-256 of the token, which is stored nowhere.
  "tokenHash" bytea NOT NULL UNIQUE,
  "expiresAt" timestamptz(3) NOT NULL,
  "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX "apiToken_userId" ON "apiToken" ("userId");

-- Others' tables refer to these rows.
GRANT REFERENCES ("id") ON "role" TO takaro_players;
GRANT REFERENCES ("id") ON "settings" TO takaro_gameservers;
GRANT REFERENCES ("id") ON "user" TO takaro_events;
