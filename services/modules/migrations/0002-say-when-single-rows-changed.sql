-- Every table of a tenant has both.
alter table "moduleRevision" add column "createdAt" timestamptz(3) not null default now();
alter table "executionWindow"
  add column "createdAt" timestamptz(3) not null default now(),
  add column "updatedAt" timestamptz(3) not null default now();
