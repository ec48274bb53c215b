-- Searches by a filter page through these; the keys of 0001 serve the rest: "module_name_key" and "module_builtin_key" the names,
-- "moduleVersion_moduleId_tag_key" the versions of a module, "<table>_versionId_name_key" the components and functions of a version,
-- "commandArgument_commandId_position_key" the arguments, "functionAssignment_*_position_key" and "functionAssignment_functionId_idx" the
-- assignments, "moduleInstallation_*" the installations, "variable_key_scope_key" a variable's key. What is sorted by the id pages through
-- the primary key. A domain has at most a thousand modules, so their author and games are read through.
create index "moduleVersion_tag_idx" on "moduleVersion" ("tag");
create index "hook_moduleId_idx" on "hook" ("moduleId");
create index "hook_name_idx" on "hook" ("name");
create index "hook_eventType_idx" on "hook" ("eventType");
create index "hook_functionId_idx" on "hook" ("functionId");
create index "command_moduleId_idx" on "command" ("moduleId");
create index "command_name_idx" on "command" ("name");
create index "command_functionId_idx" on "command" ("functionId");
create index "cron_moduleId_idx" on "cron" ("moduleId");
create index "cron_name_idx" on "cron" ("name");
create index "cron_functionId_idx" on "cron" ("functionId");
create index "function_name_idx" on "function" ("name") where "name" is not null;

-- Scopes of variables; the first three also find what goes when a game server, a player or a module does.
create index "variable_gameServerId_key_idx" on "variable" ("gameServerId", "key") where "gameServerId" is not null;
create index "variable_playerId_key_idx" on "variable" ("playerId", "key") where "playerId" is not null;
create index "variable_moduleId_key_idx" on "variable" ("moduleId", "key") where "moduleId" is not null;
-- Names are searched for in the order of people: "sortBy" a text.
create index "variable_key_sorted_idx" on "variable" ("key" collate "en-US-x-icu", "id");

-- Executions by time. Each is written twice, and fast, so that every index costs: those of one function, assignment, installation or version
-- are found through the component or module that a search names beside it, and by reading the table where it names none.
create index "execution_moduleId_createdAt_idx" on "execution" ("moduleId", "createdAt");
create index "execution_gameServerId_createdAt_idx" on "execution" ("gameServerId", "createdAt");
create index "execution_playerId_createdAt_idx" on "execution" ("playerId", "createdAt") where "playerId" is not null;
create index "execution_unsuccessful_idx" on "execution" ("state", "createdAt") where "state" in ('failed', 'interrupted', 'refused');
create index "execution_rerunOf_idx" on "execution" ("rerunOf") where "rerunOf" is not null;
