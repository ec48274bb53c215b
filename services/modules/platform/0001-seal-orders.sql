-- With what orders are sealed that go through the queue. One row, the same for all copies of the service.
create table "orderKey" (
  "single" boolean primary key default true check ("single"),
  "key" bytea not null
);
