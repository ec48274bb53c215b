alter table "ban" add constraint "ban_playerId_fkey"
  foreign key ("playerId") references "player" ("id") on delete cascade;
