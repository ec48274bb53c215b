-- Which domains this service has tables for.
create table "tenant" (
  "domainId" text primary key,
  "cell" text not null,
  "state" text not null default 'active' check ("state" in ('active', 'failed')),
  -- SQLSTATE or code of the migration that failed
  "errorCode" text,
  -- whether the foreign keys across services are in place
  "linked" boolean not null default false,
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now()
);

-- Events that were committed and not yet acknowledged by the stream.
create table "outbox" (
  "position" bigint generated always as identity primary key,
  "domainId" text not null,
  "event" json not null,
  "attempts" integer not null default 0,
  "publishAt" timestamptz(3) not null default now(),
  "createdAt" timestamptz(3) not null default now()
);
create index "outbox_publishAt_idx" on "outbox" ("publishAt", "position");

-- What is to be done at a time: delays, crons, expiries, retention.
create table "due" (
  "kind" text not null,
  "domainId" text not null,
  "key" text not null,
  "dueAt" timestamptz(3) not null,
  "payload" json not null,
  "attempts" integer not null default 0,
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now(),
  primary key ("kind", "domainId", "key")
);
create index "due_kind_dueAt_idx" on "due" ("kind", "dueAt");
