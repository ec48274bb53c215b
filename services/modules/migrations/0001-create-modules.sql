create table "module" (
  "id" uuid constraint "module_pkey" primary key,
  "name" text not null constraint "module_name_key" unique,
  "enabled" boolean not null default true,
  "builtin" text constraint "module_builtin_key" unique,
  "author" text default 'Unknown',
  "supportedGames" text[] not null default '{all}',
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now()
);

create table "moduleVersion" (
  "id" uuid constraint "moduleVersion_pkey" primary key,
  "moduleId" uuid not null constraint "moduleVersion_moduleId_fkey" references "module" ("id") on delete cascade,
  "tag" text not null,
  "description" text not null,
  "configSchema" text not null,
  "uiSchema" text not null,
  "defaultSystemConfig" text,
  -- As tenancy answered when they were registered: roles refer to its rows.
  "permissions" jsonb not null default '[]',
  -- Grows with every change of the version or of what it is made of.
  "revision" integer not null default 1,
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now(),
  constraint "moduleVersion_moduleId_tag_key" unique ("moduleId", "tag"),
  constraint "moduleVersion_id_moduleId_key" unique ("id", "moduleId")
);

create table "function" (
  "id" uuid constraint "function_pkey" primary key,
  "name" text,
  "code" text not null,
  "description" text,
  "versionId" uuid constraint "function_versionId_fkey" references "moduleVersion" ("id") on delete cascade,
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now(),
  constraint "function_versionId_name_key" unique ("versionId", "name")
);

create table "hook" (
  "id" uuid constraint "hook_pkey" primary key,
  "name" text not null,
  "description" text,
  "functionId" uuid not null constraint "hook_functionId_fkey" references "function" ("id"),
  "searchString" text,
  "regex" text,
  "eventType" text not null,
  "moduleId" uuid not null constraint "hook_moduleId_fkey" references "module" ("id") on delete cascade,
  "versionId" uuid not null,
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now(),
  constraint "hook_versionId_name_key" unique ("versionId", "name"),
  constraint "hook_versionId_moduleId_fkey" foreign key ("versionId", "moduleId")
    references "moduleVersion" ("id", "moduleId") on delete cascade
);

create table "command" (
  "id" uuid constraint "command_pkey" primary key,
  "name" text not null,
  "description" text,
  "functionId" uuid not null constraint "command_functionId_fkey" references "function" ("id"),
  "trigger" text not null,
  "helpText" text not null,
  "requiredPermissions" text[] not null default '{}',
  "moduleId" uuid not null constraint "command_moduleId_fkey" references "module" ("id") on delete cascade,
  "versionId" uuid not null,
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now(),
  constraint "command_versionId_name_key" unique ("versionId", "name"),
  constraint "command_versionId_moduleId_fkey" foreign key ("versionId", "moduleId")
    references "moduleVersion" ("id", "moduleId") on delete cascade
);

create table "commandArgument" (
  "id" uuid constraint "commandArgument_pkey" primary key,
  "commandId" uuid not null constraint "commandArgument_commandId_fkey" references "command" ("id") on delete cascade,
  "name" text not null,
  "type" text not null,
  "helpText" text not null,
  "defaultValue" text,
  "position" smallint not null,
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now(),
  constraint "commandArgument_commandId_name_key" unique ("commandId", "name"),
  constraint "commandArgument_commandId_position_key" unique ("commandId", "position")
);

create table "cron" (
  "id" uuid constraint "cron_pkey" primary key,
  "name" text not null,
  "description" text,
  "temporalValue" text not null,
  "functionId" uuid not null constraint "cron_functionId_fkey" references "function" ("id"),
  "moduleId" uuid not null constraint "cron_moduleId_fkey" references "module" ("id") on delete cascade,
  "versionId" uuid not null,
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now(),
  constraint "cron_versionId_name_key" unique ("versionId", "name"),
  constraint "cron_versionId_moduleId_fkey" foreign key ("versionId", "moduleId")
    references "moduleVersion" ("id", "moduleId") on delete cascade
);

create table "functionAssignment" (
  "id" uuid constraint "functionAssignment_pkey" primary key,
  "functionId" uuid not null constraint "functionAssignment_functionId_fkey" references "function" ("id") on delete cascade,
  "cronJob" uuid constraint "functionAssignment_cronJob_fkey" references "cron" ("id") on delete cascade,
  "hook" uuid constraint "functionAssignment_hook_fkey" references "hook" ("id") on delete cascade,
  "command" uuid constraint "functionAssignment_command_fkey" references "command" ("id") on delete cascade,
  "position" smallint not null default 0 constraint "functionAssignment_position_check" check ("position" >= 0),
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now(),
  constraint "functionAssignment_component_check" check (num_nonnulls("cronJob", "hook", "command") = 1),
  constraint "functionAssignment_cronJob_position_key" unique ("cronJob", "position"),
  constraint "functionAssignment_hook_position_key" unique ("hook", "position"),
  constraint "functionAssignment_command_position_key" unique ("command", "position")
);
create index "functionAssignment_functionId_idx" on "functionAssignment" ("functionId");

create table "moduleInstallation" (
  "id" uuid constraint "moduleInstallation_pkey" primary key,
  "moduleId" uuid not null constraint "moduleInstallation_moduleId_fkey" references "module" ("id") on delete cascade,
  "versionId" uuid not null,
  "gameServerId" uuid not null,
  "userConfig" jsonb not null,
  "systemConfig" jsonb not null,
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now(),
  constraint "moduleInstallation_moduleId_gameServerId_key" unique ("moduleId", "gameServerId"),
  constraint "moduleInstallation_versionId_moduleId_fkey" foreign key ("versionId", "moduleId")
    references "moduleVersion" ("id", "moduleId") on delete cascade
);
create index "moduleInstallation_gameServerId_idx" on "moduleInstallation" ("gameServerId");
create index "moduleInstallation_versionId_idx" on "moduleInstallation" ("versionId");

-- History: it names what was there at the time, so nothing here is a foreign key.
create table "execution" (
  "id" uuid constraint "execution_pkey" primary key,
  "state" text not null constraint "execution_state_check"
    check ("state" in ('queued', 'running', 'succeeded', 'failed', 'interrupted', 'refused')),
  "trigger" text not null constraint "execution_trigger_check" check ("trigger" in ('command', 'hook', 'cronjob')),
  "causeId" uuid not null,
  "componentId" uuid not null,
  "componentName" text not null,
  "assignmentId" uuid not null,
  "functionId" uuid not null,
  "installationId" uuid not null,
  "moduleId" uuid not null,
  "versionId" uuid not null,
  "gameServerId" uuid not null,
  "playerId" uuid,
  "attempt" integer not null default 0,
  -- Whether the current attempt made a call with an effect.
  "effects" boolean not null default false,
  "leaseUntil" timestamptz(3),
  -- What was queued; kept while the run may have to be put back.
  "order" jsonb,
  "startedAt" timestamptz(3),
  "finishedAt" timestamptz(3),
  "durationMs" double precision,
  "cpuMs" double precision,
  "calls" integer,
  "reason" text,
  "logs" jsonb not null default '[]',
  "truncated" boolean not null default false,
  -- The execution that a person ran again.
  "rerunOf" uuid,
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now()
);
create index "execution_leaseUntil_idx" on "execution" ("leaseUntil") where "state" = 'running';
create index "execution_createdAt_idx" on "execution" ("createdAt");
create index "execution_causeId_idx" on "execution" ("causeId");
create index "execution_componentId_createdAt_idx" on "execution" ("componentId", "createdAt");

create table "variable" (
  "id" uuid constraint "variable_pkey" primary key,
  "key" varchar(255) not null,
  "value" text not null constraint "variable_value_check" check (length("value") <= 131072),
  "expiresAt" timestamptz(3),
  "gameServerId" uuid,
  "playerId" uuid,
  "moduleId" uuid constraint "variable_moduleId_fkey" references "module" ("id") on delete cascade,
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now(),
  constraint "variable_key_scope_key" unique nulls not distinct ("key", "gameServerId", "playerId", "moduleId")
);

-- One row. What is cached of the tables above is good at this revision only; every change bumps it in its own transaction.
create table "moduleRevision" (
  "only" boolean not null default true constraint "moduleRevision_pkey" primary key constraint "moduleRevision_only_check" check ("only"),
  "revision" bigint not null,
  "updatedAt" timestamptz(3) not null default now()
);
insert into "moduleRevision" ("revision") values (1);

-- One row: how many executions the domain began since the window opened.
create table "executionWindow" (
  "only" boolean not null default true constraint "executionWindow_pkey" primary key constraint "executionWindow_only_check" check ("only"),
  "openedAt" timestamptz(3) not null,
  "used" integer not null
);
insert into "executionWindow" ("openedAt", "used") values (now(), 0);
