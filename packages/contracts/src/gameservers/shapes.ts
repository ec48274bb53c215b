import { Type, type Static } from 'typebox';
import { PlayerOutput } from '../players/shapes.ts';
import { Instant, Nullable, OneOf, rowColumns, Uuid } from '../shapes.ts';

/** How a game server is reached; GENERIC ones connect to us, MOCK is the simulated one. */
export const GAME_SERVER_TYPES = ['SEVENDAYSTODIE', 'RUST', 'GENERIC', 'MOCK'] as const;
export type GameServerType = (typeof GAME_SERVER_TYPES)[number];
export const GameServerTypeName = OneOf(GAME_SERVER_TYPES);

export const GAME_SERVER_NAME = { minLength: 3, maxLength: 50 } as const;
export const GameServerName = Type.String(GAME_SERVER_NAME);

/** What a game server calls itself, chosen by its admin; identifies it inside the domain. */
export const IDENTITY_TOKEN = { minLength: 1, maxLength: 255 } as const;
export const IdentityToken = Type.String(IDENTITY_TOKEN);

/** GameServerOutput of the published API. `connectionInfo` is `{}` for whoever may not manage game servers. */
export const GameServerOutput = Type.Object({
  name: Type.String(),
  type: GameServerTypeName,
  connectionInfo: Type.Record(Type.String(), Type.Unknown()),
  reachable: Type.Boolean(),
  enabled: Type.Boolean(),
  identityToken: Nullable(Type.String()),
  deletedAt: Nullable(Instant),
  ...rowColumns,
});
export type GameServerOutput = Static<typeof GameServerOutput>;

/** ItemsOutput of the published API. */
export const ItemOutput = Type.Object({
  name: Type.String(),
  code: Type.String(),
  description: Nullable(Type.String()),
  icon: Nullable(Type.String()),
  gameserverId: Uuid,
  ...rowColumns,
});
export type ItemOutput = Static<typeof ItemOutput>;

/** What a search finds, with the relations that it was asked for. */
export const FoundGameServer = Type.Object({
  ...GameServerOutput.properties,
  /** Who was ever there. */
  players: Type.Optional(Type.Array(PlayerOutput)),
  items: Type.Optional(Type.Array(ItemOutput)),
});

export const GameServerTypeOutput = Type.Object({
  type: GameServerTypeName,
  /** JSON text of a JSON Schema. */
  connectionInfoSchema: Type.String(),
});

/** Every setting by its key, of which a game server stores only what differs from its domain. */
export const StoredSettings = Type.Record(Type.String(), Nullable(Type.String()));
export const EffectiveSettings = Type.Record(Type.String(), Type.String());

export const GameServerId = Type.Object({ gameServerId: Uuid }, { additionalProperties: false });
