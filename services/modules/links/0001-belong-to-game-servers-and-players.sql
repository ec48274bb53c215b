alter table "moduleInstallation" add constraint "moduleInstallation_gameServerId_fkey"
  foreign key ("gameServerId") references "gameServer" ("id") on delete cascade;
alter table "variable" add constraint "variable_gameServerId_fkey"
  foreign key ("gameServerId") references "gameServer" ("id") on delete cascade;
alter table "variable" add constraint "variable_playerId_fkey"
  foreign key ("playerId") references "player" ("id") on delete cascade;
