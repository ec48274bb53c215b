import { Type } from 'typebox';
import { request } from '../contract.ts';
import { SETTING_KEYS } from '../settings.ts';
import { DomainId, Empty, Instant, Nullable, OneOf, Strict, Uuid } from '../shapes.ts';
import { EffectiveSettings, GameServerId, GameServerOutput, StoredSettings } from './shapes.ts';

const service = 'gameservers';
const access = 'internal';

/** What a game server says of itself when it connects; wrong lengths are answered with the errors, not as invalid messages. */
export const identifyGameServer = request({
  service,
  operation: 'identify-game-server',
  access,
  callers: ['connectors'],
  scope: 'platform',
  input: Strict({
    registrationToken: Type.String({ minLength: 1, maxLength: 1_000 }),
    identityToken: Type.String({ minLength: 1, maxLength: 1_000 }),
    /** Used only where the server is made. @default identityToken */
    name: Type.Optional(Type.String({ maxLength: 1_000 })),
  }),
  output: Strict({
    domainId: DomainId,
    gameServerId: Uuid,
    enabled: Type.Boolean(),
    /** Grows from one introduction to the next, wherever they were answered: tells which socket of a server is the newest. */
    order: Type.Integer(),
  }),
  errors: ['REGISTRATION_TOKEN_INVALID', 'GAMESERVER_NAME_INVALID', 'GAMESERVER_TAKEN', 'MAX_GAMESERVERS_REACHED'],
  timeoutMs: 5_000,
  // Whoever introduces the same server again finds it.
  idempotent: true,
});

/**
 * Whether a copy of connectors (`connectorId`) has a socket of the game server since `at`, or has none any more. The latter counts only
 * where no other copy said meanwhile that it has one. Tells `server-status-changed` where it changes something.
 */
export const setReachable = request({
  service,
  operation: 'set-reachable',
  access,
  callers: ['connectors'],
  input: Strict({
    gameServerId: Uuid,
    connectorId: Uuid,
    reachable: Type.Boolean(),
    at: Instant,
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  }),
  output: Empty,
  errors: ['GAMESERVER_NOT_FOUND'],
  idempotent: true,
});

/** Those that exist; soft-deleted ones too, since history names them. `connectionInfo` is always `{}`. */
export const getGameServersByIds = request({
  service,
  operation: 'get-game-servers-by-ids',
  access,
  input: Strict({ ids: Type.Array(Uuid, { maxItems: 1_000 }) }),
  output: Type.Array(GameServerOutput),
  errors: [],
  idempotent: true,
});

/** Every setting as it holds on the game server: its own non-empty value, else the domain's, else the default. */
export const getEffectiveSettings = request({
  service,
  operation: 'get-effective-settings',
  access,
  input: GameServerId,
  output: EffectiveSettings,
  errors: ['GAMESERVER_NOT_FOUND'],
  idempotent: true,
});

/** What the game server itself stores; null where it stores nothing. */
export const getGameServerSettings = request({
  service,
  operation: 'get-game-server-settings',
  access,
  callers: ['tenancy'],
  input: GameServerId,
  output: StoredSettings,
  errors: ['GAMESERVER_NOT_FOUND'],
  idempotent: true,
});

/**
 * Answers what is stored afterwards, and tells `settings-set` with it. tenancy asks with a token of its own, so that it says here in whose
 * name the event is: left out, in nobody's.
 */
export const setGameServerSetting = request({
  service,
  operation: 'set-game-server-setting',
  access,
  callers: ['tenancy'],
  input: Strict({
    gameServerId: Uuid,
    key: OneOf(SETTING_KEYS),
    /** Null forgets what is stored. */
    value: Nullable(Type.String({ maxLength: 10_000 })),
    actingUserId: Type.Optional(Nullable(Uuid)),
    actingModuleId: Type.Optional(Nullable(Uuid)),
    /** That of the event: one more than that of who asked tenancy. @default 0 */
    depth: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
  output: StoredSettings,
  errors: ['GAMESERVER_NOT_FOUND'],
  idempotent: true,
});

/** The state of the domain changed, and with it what its game servers are good for: tells `gameserver-updated` of each. */
export const touchGameServers = request({
  service,
  operation: 'touch-game-servers',
  access,
  callers: ['tenancy'],
  input: Strict({}),
  output: Empty,
  errors: [],
});

/** Soft-deletes every game server of a domain that is being disabled; tells `gameserver-deleted` of each. */
export const disableGameServers = request({
  service,
  operation: 'disable-game-servers',
  access,
  callers: ['tenancy'],
  input: Strict({}),
  output: Strict({ removed: Type.Integer({ minimum: 0 }) }),
  errors: [],
  timeoutMs: 30_000,
  idempotent: true,
});
