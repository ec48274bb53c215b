-- POST /execution/search. Which index finds what a filter asks for, from 0001 and 0005: "execution_pkey" the id, "execution_causeId_idx" the
-- cause, "execution_<column>_createdAt_idx" the component, module, game server and player, "execution_rerunOf_idx" what was run again,
-- "execution_unsuccessful_idx" the states failed, interrupted and refused. A page by time is read from these as it stands there; by the id it
-- is sorted from the rows that the filter leaves, or read from the primary key where those are most of the table.
--
-- Here are those that 0005 left to be read from the whole table, all by what never changes of an execution. Its row is written when it begins,
-- when it ends and at heartbeats in between. Each of these moves "state" or "leaseUntil", which 0001 and 0005 index, so that every index of the
-- table gets an entry with it: eleven more for most executions. A row of "player" has 23 such indexes and takes 0.1 ms (0003 of players), so
-- that an entry takes less than 5 µs, and eleven at most 0.05 ms of the several that PostgreSQL works for a command.
create index "execution_functionId_createdAt_idx" on "execution" ("functionId", "createdAt");
create index "execution_assignmentId_createdAt_idx" on "execution" ("assignmentId", "createdAt");
create index "execution_installationId_createdAt_idx" on "execution" ("installationId", "createdAt");
create index "execution_versionId_createdAt_idx" on "execution" ("versionId", "createdAt");
-- Serves a trigger that few executions have; of the others a page is full after a few rows by time or id.
create index "execution_trigger_createdAt_idx" on "execution" ("trigger", "createdAt");
-- Serves the states queued and running: a handful among all that ever ran. What ended is in it no more. Its key is the time, which stays, and
-- its condition names the state, as that of "execution_unsuccessful_idx" does, so that no update writes the indexes for its sake: what says in
-- between that an execution has effects still writes none.
create index "execution_unfinished_idx" on "execution" ("createdAt") where "state" in ('queued', 'running');
-- No index: the state succeeded, which most executions have, so that a page is full after a few rows by time or id; texts in the name of a
-- component or the reason; sorts and ranges of what changes (when it started, finished, was updated) or is measured (durations, calls). These
-- read what the filters beside them leave, at worst the executions of as many days as the domain keeps, for 10 s at most
-- (`statementTimeoutMs`) and on at most six of the eight connections (`ofOneTenant`), so that they keep nobody else waiting.

-- POST /variables/search. "variable_pkey" the id, "variable_key_scope_key" the key, "variable_<column>_key_idx" game server, player and
-- module, "variable_key_sorted_idx" the order of the keys, all from 0001 and 0005. Variables without a scope, and other orders, are read from
-- the table: a domain has `maxVariables`, ten thousand as it begins, which are counted for each new one anyway.
-- search.key: a part of the key by its trigrams, as the names of players. Keys seldom change, and a new value writes no index; new keys go
-- through a short list.
create index "variable_key_search_idx" on "variable" using gin ("key" "takaro_extensions".gin_trgm_ops)
  with (fastupdate = on, gin_pending_list_limit = 256);
