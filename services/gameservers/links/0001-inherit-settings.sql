alter table "gameServerSettings" add constraint "gameServerSettings_settingsId_fkey"
  foreign key ("settingsId") references "settings" ("id");
