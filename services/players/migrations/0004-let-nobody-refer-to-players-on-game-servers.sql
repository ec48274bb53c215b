-- No foreign key of another service refers to a player on a game server. The other grants of 0001 stay, all on "player":
-- "variable_playerId_fkey" of modules, "ban_playerId_fkey" of gameservers and "user_playerId_fkey" of tenancy refer to it.
revoke references ("id") on "playerOnGameServer" from "takaro_modules", "takaro_gameservers";
