-- What was put back, and what an interrupted execution leaves to run, is looked after like what runs.
drop index "execution_leaseUntil_idx";
create index "execution_leaseUntil_idx" on "execution" ("leaseUntil") where "leaseUntil" is not null;
update "execution" set "leaseUntil" = now() where "state" = 'queued';
