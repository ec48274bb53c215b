-- Whose player is removed stays a user, linked to nobody. The unique key of the column finds them.
alter table "user" add constraint "user_playerId_fkey"
  foreign key ("playerId") references "player" ("id") on delete set null;
