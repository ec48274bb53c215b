-- Trigrams of new players and names go through a list that is merged when it is long: written into the index one by one they were seven
-- eighths of what it costs to insert a player (0.6 ms of 0.7). Searches read the list as well, so it is kept short.
alter index "player_name_search_idx" set (fastupdate = on, gin_pending_list_limit = 256);
alter index "player_steamId_search_idx" set (fastupdate = on, gin_pending_list_limit = 256);
alter index "player_platformId_search_idx" set (fastupdate = on, gin_pending_list_limit = 256);
