-- What a command or hook is not run again before. One row for each key; what is over is taken over or purged.
create table "cooldown" (
  "key" text constraint "cooldown_pkey" primary key,
  "until" timestamptz(3) not null,
  -- When the run begins that it was taken for: until it ended, or for a while, another is not begun beside it.
  "runsAt" timestamptz(3) not null,
  "executionId" uuid not null,
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now()
);
create index "cooldown_until_idx" on "cooldown" ("until");
