create table "player" (
  "id" uuid constraint "player_pkey" primary key,
  "platformId" text constraint "player_platformId_key" unique,
  "name" text not null,
  "steamId" text,
  "epicOnlineServicesId" text,
  "xboxLiveId" text,
  "steamAvatar" text,
  "steamAccountCreated" timestamptz(3),
  "steamCommunityBanned" boolean,
  "steamEconomyBan" text,
  "steamVacBanned" boolean,
  "steamsDaysSinceLastBan" integer,
  "steamNumberOfVACBans" integer,
  "steamLevel" integer,
  "steamLastFetch" timestamptz(3),
  "playtimeSeconds" integer not null default 0,
  -- When and with which sequence the name was seen: what is older changes it no more.
  "nameAt" timestamptz(3) not null,
  "nameSeq" bigint not null,
  -- Grows with every change that the snapshot of the player or of its roles shows: cached snapshots hold for one revision.
  "revision" integer not null default 0,
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now()
);
-- Players are found by each of the ids that games give them.
create index "player_steamId_idx" on "player" ("steamId") where "steamId" is not null;
create index "player_epicOnlineServicesId_idx" on "player" ("epicOnlineServicesId") where "epicOnlineServicesId" is not null;
create index "player_xboxLiveId_idx" on "player" ("xboxLiveId") where "xboxLiveId" is not null;

create table "playerOnGameServer" (
  "id" uuid constraint "playerOnGameServer_pkey" primary key,
  "playerId" uuid not null constraint "playerOnGameServer_playerId_fkey" references "player" ("id") on delete cascade,
  "gameServerId" uuid not null,
  "gameId" text not null,
  "positionX" double precision,
  "positionY" double precision,
  "positionZ" double precision,
  "dimension" text,
  "ip" text,
  "ping" double precision,
  "currency" integer not null default 0 constraint "currency_positive" check ("currency" >= 0),
  "online" boolean not null default false,
  "inventory" jsonb not null default '[]',
  "lastSeen" timestamptz(3) not null,
  "playtimeSeconds" integer not null default 0,
  -- Since when the player is there; counted into the playtime when they leave.
  "onlineSince" timestamptz(3),
  -- The time in the game and the sequence of the newest event that was seen: what is older changes nothing.
  "stateAt" timestamptz(3) not null,
  "stateSeq" bigint not null,
  "revision" integer not null default 0,
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now(),
  constraint "playerOnGameServer_gameServerId_gameId_key" unique ("gameServerId", "gameId"),
  constraint "playerOnGameServer_gameServerId_playerId_key" unique ("gameServerId", "playerId")
);
create index "playerOnGameServer_playerId_idx" on "playerOnGameServer" ("playerId");
-- Who is online on a game server is asked all the time.
create index "playerOnGameServer_online_idx" on "playerOnGameServer" ("gameServerId") where "online";

create table "playerRole" (
  "id" uuid constraint "playerRole_pkey" primary key,
  "playerId" uuid not null constraint "playerRole_playerId_fkey" references "player" ("id") on delete cascade,
  "roleId" uuid not null,
  -- Null: on all game servers.
  "gameServerId" uuid,
  "expiresAt" timestamptz(3),
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now(),
  constraint "playerRole_playerId_roleId_gameServerId_key" unique nulls not distinct ("playerId", "roleId", "gameServerId")
);
create index "playerRole_roleId_idx" on "playerRole" ("roleId");
create index "playerRole_gameServerId_idx" on "playerRole" ("gameServerId") where "gameServerId" is not null;

create table "currencyHold" (
  "id" uuid constraint "currencyHold_pkey" primary key,
  "executionId" uuid not null constraint "currencyHold_executionId_key" unique,
  "playerOnGameServerId" uuid not null
    constraint "currencyHold_playerOnGameServerId_fkey" references "playerOnGameServer" ("id") on delete cascade,
  "amount" integer not null constraint "currencyHold_amount_check" check ("amount" > 0),
  "expiresAt" timestamptz(3) not null,
  -- Kept until it expires, so that a second capture takes nothing.
  "capturedAt" timestamptz(3),
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now()
);
create index "currencyHold_playerOnGameServerId_idx" on "currencyHold" ("playerOnGameServerId");

create table "nameHistory" (
  "id" uuid constraint "nameHistory_pkey" primary key,
  "playerId" uuid not null constraint "nameHistory_playerId_fkey" references "player" ("id") on delete cascade,
  "name" text not null,
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now()
);
create index "nameHistory_playerId_idx" on "nameHistory" ("playerId", "createdAt");

create table "ipHistory" (
  "id" uuid constraint "ipHistory_pkey" primary key,
  "playerId" uuid not null constraint "ipHistory_playerId_fkey" references "player" ("id") on delete cascade,
  "gameServerId" uuid,
  "ip" text not null,
  "country" text,
  "city" text,
  "latitude" text,
  "longitude" text,
  "createdAt" timestamptz(3) not null default now(),
  "updatedAt" timestamptz(3) not null default now()
);
create index "ipHistory_playerId_idx" on "ipHistory" ("playerId", "createdAt");

-- Who may point at players: variables and bans; a link of a user to a player.
grant references ("id") on "player" to "takaro_modules", "takaro_gameservers", "takaro_tenancy";
grant references ("id") on "playerOnGameServer" to "takaro_modules", "takaro_gameservers";
