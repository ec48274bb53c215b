-- Which command, hook or cron job was executed and whether it succeeded, taken from the meta of `*-executed` events when they are stored.
alter table "event" add "componentId" uuid, add "success" boolean;
update "event" set
  "componentId" = coalesce("meta" #>> '{command,id}', "meta" #>> '{hook,id}', "meta" #>> '{cronjob,id}')::uuid,
  "success" = ("meta" #>> '{result,success}')::boolean
where "eventName" in ('command-executed', 'hook-executed', 'cronjob-executed');
-- The executions of one component by time, all or those that succeeded.
create index "event_componentId_createdAt_idx" on "event" ("componentId", "createdAt") where "componentId" is not null;
-- What failed, of one component and of all: few rows among many.
create index "event_componentId_failed_idx" on "event" ("componentId", "createdAt") where not "success";
create index "event_failed_idx" on "event" ("createdAt") where not "success";
-- A filter with a sort by time pages through the index of its column (0001), and so do ranges of `updatedAt`, which is `createdAt`: a row
-- never changes. A sort by the id pages through "event_pkey" where many rows match, and sorts what the column's index finds where few do.
