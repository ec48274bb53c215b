import { Type, type Static, type TSchema } from 'typebox';
import { ItemInInventory } from '../players/shapes.ts';
import { Nullable, OneOf, Strict, Uuid } from '../shapes.ts';

/** A player as games name them (IGamePlayer of the published API). */
export const GamePlayer = Type.Object({
  gameId: Type.String(),
  name: Type.String(),
  steamId: Type.Optional(Type.String()),
  epicOnlineServicesId: Type.Optional(Type.String()),
  xboxLiveId: Type.Optional(Type.String()),
  platformId: Type.Optional(Type.String()),
  ip: Type.Optional(Type.String()),
  ping: Type.Optional(Type.Number()),
});
export type GamePlayer = Static<typeof GamePlayer>;

export const Position = Type.Object({
  x: Type.Number(),
  y: Type.Number(),
  z: Type.Number(),
  dimension: Type.Optional(Nullable(Type.String())),
});

export const ENTITY_TYPES = ['hostile', 'friendly', 'neutral'] as const;

/** What a game server can be asked to do, by the names of the connector protocol. */
export interface ActionContract<Args = never, Result = unknown> {
  readonly action: string;
  readonly args: TSchema;
  /** What the connector gives back to gameservers after it read the game's answer tolerantly. */
  readonly result: TSchema;
  readonly types?: (args: Args) => Result;
}

const action = <Args extends TSchema, Result extends TSchema>(
  name: string,
  args: Args,
  result: Result,
): ActionContract<Static<Args>, Static<Result>> => ({ action: name, args, result });

const None = Type.Object({});
const OfPlayer = Type.Object({ gameId: Type.String() });
const Void = Type.Null();

/** Every action. What a game server gets on its socket is made of `args` in the superset of shapes that connectors read. */
export const ACTIONS = {
  testReachability: action(
    'testReachability',
    None,
    Type.Object({ connectable: Type.Boolean(), reason: Type.Optional(Nullable(Type.String())), latency: Type.Optional(Type.Number()) }),
  ),
  getPlayers: action('getPlayers', None, Type.Array(GamePlayer)),
  getPlayer: action('getPlayer', OfPlayer, Nullable(GamePlayer)),
  getPlayerLocation: action('getPlayerLocation', OfPlayer, Nullable(Position)),
  getPlayerInventory: action('getPlayerInventory', OfPlayer, Type.Array(ItemInInventory)),
  giveItem: action(
    'giveItem',
    Type.Object({ gameId: Type.String(), item: Type.String(), amount: Type.Number(), quality: Type.String() }),
    Void,
  ),
  listItems: action(
    'listItems',
    None,
    Type.Array(Type.Object({ code: Type.String(), name: Type.String(), description: Type.Optional(Nullable(Type.String())) })),
  ),
  listEntities: action(
    'listEntities',
    None,
    Type.Array(
      Type.Object({
        code: Type.String(),
        name: Type.String(),
        description: Type.Optional(Nullable(Type.String())),
        type: Type.Optional(OneOf(ENTITY_TYPES)),
        metadata: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      }),
    ),
  ),
  executeConsoleCommand: action(
    'executeConsoleCommand',
    Type.Object({ command: Type.String() }),
    Type.Object({ rawResult: Type.String(), success: Type.Boolean(), errorMessage: Type.Optional(Nullable(Type.String())) }),
  ),
  sendMessage: action(
    'sendMessage',
    Type.Object({
      message: Type.String(),
      recipientGameId: Type.Optional(Type.String()),
      senderNameOverride: Type.Optional(Type.String()),
    }),
    Void,
  ),
  teleportPlayer: action(
    'teleportPlayer',
    Type.Object({ gameId: Type.String(), x: Type.Number(), y: Type.Number(), z: Type.Number(), dimension: Type.Optional(Type.String()) }),
    Void,
  ),
  kickPlayer: action('kickPlayer', Type.Object({ gameId: Type.String(), reason: Type.String() }), Void),
  banPlayer: action(
    'banPlayer',
    Type.Object({ gameId: Type.String(), reason: Type.String(), expiresAt: Type.Optional(Type.String()) }),
    Void,
  ),
  unbanPlayer: action('unbanPlayer', OfPlayer, Void),
  listBans: action(
    'listBans',
    None,
    Type.Array(
      Type.Object({ player: Type.Optional(GamePlayer), reason: Type.String(), expiresAt: Type.Optional(Nullable(Type.String())) }),
    ),
  ),
  shutdown: action('shutdown', None, Void),
};
export type ActionName = keyof typeof ACTIONS;

/** How an action ended other than well. `not-connected`: the socket went away meanwhile. */
export const ACTION_FAILURES = ['not-connected', 'timed-out', 'failed', 'invalid-answer'] as const;
export type ActionFailure = (typeof ACTION_FAILURES)[number];

/** What a connector replies on `action.<domain>.<gameServerId>.<action>`; the request is the bare `args`. */
export const ActionReply = Type.Union([
  Strict({ result: Type.Unknown() }),
  Strict({
    failure: OneOf(ACTION_FAILURES),
    /** The game's own words, for the caller. */
    reason: Type.Optional(Type.String({ maxLength: 1_000 })),
    /** Of `not-connected`: the game has not heard of it, so that it may be asked again. */
    unsent: Type.Optional(Type.Literal(true)),
  }),
]);
export type ActionReply = Static<typeof ActionReply>;

/** What is replied on `action.<domain>.<gameServerId>.holder`: which copy of connectors would be asked for an action. */
export const HolderReply = Strict({ connectorId: Uuid });
export type HolderReply = Static<typeof HolderReply>;
