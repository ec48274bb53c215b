-- POST /player/search and POST /gameserver/player/search. A page is a scan of one index however many rows there are: the index holds
-- the column in the order in which searches sort it, then the id that breaks ties, and descending it is read backwards.

-- sortBy of players; greaterThan and lessThan; the filters steamCommunityBanned and steamVacBanned.
create index "player_name_sort_idx" on "player" ("name" collate "en-US-x-icu", "id");
create index "player_platformId_sort_idx" on "player" ("platformId" collate "en-US-x-icu", "id");
create index "player_steamId_sort_idx" on "player" ("steamId" collate "en-US-x-icu", "id");
create index "player_epicOnlineServicesId_sort_idx" on "player" ("epicOnlineServicesId" collate "en-US-x-icu", "id");
create index "player_xboxLiveId_sort_idx" on "player" ("xboxLiveId" collate "en-US-x-icu", "id");
create index "player_steamAvatar_sort_idx" on "player" ("steamAvatar" collate "en-US-x-icu", "id");
create index "player_steamEconomyBan_sort_idx" on "player" ("steamEconomyBan" collate "en-US-x-icu", "id");
create index "player_steamAccountCreated_sort_idx" on "player" ("steamAccountCreated", "id");
create index "player_steamCommunityBanned_sort_idx" on "player" ("steamCommunityBanned", "id");
create index "player_steamVacBanned_sort_idx" on "player" ("steamVacBanned", "id");
create index "player_steamsDaysSinceLastBan_sort_idx" on "player" ("steamsDaysSinceLastBan", "id");
create index "player_steamNumberOfVACBans_sort_idx" on "player" ("steamNumberOfVACBans", "id");
create index "player_steamLevel_sort_idx" on "player" ("steamLevel", "id");
create index "player_steamLastFetch_sort_idx" on "player" ("steamLastFetch", "id");
create index "player_playtimeSeconds_sort_idx" on "player" ("playtimeSeconds", "id");
create index "player_createdAt_sort_idx" on "player" ("createdAt", "id");
create index "player_updatedAt_sort_idx" on "player" ("updatedAt", "id");

-- filters.name. The other filters of players: platformId has its unique key; steamId, epicOnlineServicesId and xboxLiveId have the
-- indexes by which players are recognized; roleId is looked up here, in one index with whose it is.
create index "player_name_idx" on "player" ("name");
create index "playerRole_roleId_playerId_idx" on "playerRole" ("roleId", "playerId");
drop index "playerRole_roleId_idx";

-- search.name, search.steamId, search.platformId: substrings by their trigrams. A text of one or two characters has none; it is found
-- in most names, so a page of matches is soon full, and at worst every player is read once. Names seldom change: what is new goes into
-- the index at once, not into a list that every search reads.
create index "player_name_search_idx" on "player" using gin ("name" "takaro_extensions".gin_trgm_ops) with (fastupdate = off);
create index "player_steamId_search_idx" on "player" using gin ("steamId" "takaro_extensions".gin_trgm_ops) with (fastupdate = off);
create index "player_platformId_search_idx" on "player" using gin ("platformId" "takaro_extensions".gin_trgm_ops) with (fastupdate = off);

-- sortBy of players on game servers; greaterThan and lessThan; the filters gameServerId, playerId and online.
create index "playerOnGameServer_gameId_sort_idx" on "playerOnGameServer" ("gameId" collate "en-US-x-icu", "id");
create index "playerOnGameServer_dimension_sort_idx" on "playerOnGameServer" ("dimension" collate "en-US-x-icu", "id");
create index "playerOnGameServer_ip_sort_idx" on "playerOnGameServer" ("ip" collate "en-US-x-icu", "id");
create index "playerOnGameServer_gameServerId_sort_idx" on "playerOnGameServer" ("gameServerId", "id");
create index "playerOnGameServer_positionX_sort_idx" on "playerOnGameServer" ("positionX", "id");
create index "playerOnGameServer_positionY_sort_idx" on "playerOnGameServer" ("positionY", "id");
create index "playerOnGameServer_positionZ_sort_idx" on "playerOnGameServer" ("positionZ", "id");
create index "playerOnGameServer_ping_sort_idx" on "playerOnGameServer" ("ping", "id");
create index "playerOnGameServer_currency_sort_idx" on "playerOnGameServer" ("currency", "id");
create index "playerOnGameServer_online_sort_idx" on "playerOnGameServer" ("online", "id");
create index "playerOnGameServer_lastSeen_sort_idx" on "playerOnGameServer" ("lastSeen", "id");
create index "playerOnGameServer_playtimeSeconds_sort_idx" on "playerOnGameServer" ("playtimeSeconds", "id");
create index "playerOnGameServer_createdAt_sort_idx" on "playerOnGameServer" ("createdAt", "id");
create index "playerOnGameServer_updatedAt_sort_idx" on "playerOnGameServer" ("updatedAt", "id");
create index "playerOnGameServer_playerId_sort_idx" on "playerOnGameServer" ("playerId", "id");
drop index "playerOnGameServer_playerId_idx";

-- filters.gameId, which is unique on each game server only.
create index "playerOnGameServer_gameId_idx" on "playerOnGameServer" ("gameId");
