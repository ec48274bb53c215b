create table "event" (
  -- Derived from where the event came from, so that the same event is stored once.
  "id" uuid constraint "event_pkey" primary key,
  "eventName" text not null,
  "moduleId" uuid,
  "playerId" uuid,
  "userId" uuid,
  "gameserverId" uuid,
  "actingUserId" uuid,
  "actingModuleId" uuid,
  "meta" jsonb,
  -- When it occurred, not when it was written.
  "createdAt" timestamptz(3) not null,
  "updatedAt" timestamptz(3) not null
);
-- No foreign keys: history outlives what it names.
-- Searches ask for a name, a player, a game server or a module, newest first or between two times; retention deletes by time.
create index "event_createdAt_idx" on "event" ("createdAt");
create index "event_eventName_createdAt_idx" on "event" ("eventName", "createdAt");
create index "event_playerId_createdAt_idx" on "event" ("playerId", "createdAt") where "playerId" is not null;
create index "event_gameserverId_createdAt_idx" on "event" ("gameserverId", "createdAt") where "gameserverId" is not null;
create index "event_moduleId_createdAt_idx" on "event" ("moduleId", "createdAt") where "moduleId" is not null;
create index "event_actingUserId_createdAt_idx" on "event" ("actingUserId", "createdAt") where "actingUserId" is not null;
create index "event_actingModuleId_createdAt_idx" on "event" ("actingModuleId", "createdAt") where "actingModuleId" is not null;
