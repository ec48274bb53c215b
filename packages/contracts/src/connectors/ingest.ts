import { Type, type Static, type TSchema } from 'typebox';
import { ChatChannel, timestamp } from '../events/game-events.ts';
import type { GameEventName } from '../events/names.ts';
import { GamePlayer, Position } from '../gameservers/actions.ts';
import { Nullable } from '../shapes.ts';

const said = { msg: Type.Optional(Nullable(Type.String())), ...timestamp };

/** Missing where the game did not say who; the event is kept without a player then. */
const player = Type.Optional(GamePlayer);

const Presence = Type.Object({ player, ...said });

/** `meta` of the ingest envelope by event name: what the edge made of the game's words, before anybody knows who is behind them. */
export const INGEST_META = {
  log: Type.Object({ msg: Type.String(), ...timestamp }),
  'player-connected': Presence,
  'player-disconnected': Presence,
  'chat-message': Type.Object({
    msg: Type.String(),
    /** A channel that the protocol does not know is kept as `team`: it is not public, so nothing is answered in public. */
    channel: ChatChannel,
    player,
    recipient: player,
    ...timestamp,
  }),
  'player-death': Type.Object({ player, attacker: player, position: Type.Optional(Position), ...said }),
  'entity-killed': Type.Object({ player, entity: Type.String(), weapon: Type.String(), ...said }),
} as const satisfies Record<GameEventName, TSchema>;

export type IngestMeta = { readonly [Name in GameEventName]: Static<(typeof INGEST_META)[Name]> };
