alter table "playerOnGameServer" add constraint "playerOnGameServer_gameServerId_fkey"
  foreign key ("gameServerId") references "gameServer" ("id") on delete cascade;
alter table "playerRole" add constraint "playerRole_gameServerId_fkey"
  foreign key ("gameServerId") references "gameServer" ("id") on delete cascade;
alter table "playerRole" add constraint "playerRole_roleId_fkey"
  foreign key ("roleId") references "role" ("id") on delete cascade;
alter table "ipHistory" add constraint "ipHistory_gameServerId_fkey"
  foreign key ("gameServerId") references "gameServer" ("id") on delete cascade;
