import { Type } from 'typebox';
import { event } from '../contract.ts';
import { GamePlayer, Position } from '../gameservers/actions.ts';
import { Instant, OneOf } from '../shapes.ts';

/** Every meta says when Takaro took the event in, which is not always when it happened in the game. */
export const timestamp = { timestamp: Type.Optional(Instant) };

const said = { msg: Type.Optional(Type.String()) };

export const CHAT_CHANNELS = ['global', 'team', 'friends', 'whisper'] as const;
export const ChatChannel = OneOf(CHAT_CHANNELS);

export const logEvent = event({ name: 'log', meta: Type.Object({ msg: Type.String(), ...timestamp }), stored: false });

/** Who it was stands in `player` and `pog` of the envelope, not in the meta. */
export const playerConnected = event({ name: 'player-connected', meta: Type.Object(timestamp) });
export const playerDisconnected = event({ name: 'player-disconnected', meta: Type.Object(timestamp) });

/** Without `player` where Takaro itself spoke. */
export const chatMessage = event({
  name: 'chat-message',
  meta: Type.Object({
    msg: Type.String(),
    channel: ChatChannel,
    player: Type.Optional(GamePlayer),
    /** Of a whisper. Where Takaro itself whispers, it is left out if nobody knows who that is. */
    recipient: Type.Optional(Type.Object({ ...GamePlayer.properties, name: Type.Optional(Type.String()) })),
    ...timestamp,
  }),
});

export const playerDeath = event({
  name: 'player-death',
  meta: Type.Object({
    player: GamePlayer,
    attacker: Type.Optional(GamePlayer),
    position: Type.Optional(Position),
    ...said,
    ...timestamp,
  }),
});

export const entityKilled = event({
  name: 'entity-killed',
  meta: Type.Object({ player: GamePlayer, entity: Type.String(), weapon: Type.String(), ...said, ...timestamp }),
});

export const discordMessage = event({
  name: 'discord-message',
  meta: Type.Object({
    msg: Type.String(),
    author: Type.Object({
      id: Type.String(),
      username: Type.String(),
      displayName: Type.String(),
      isBot: Type.Boolean(),
      isTakaroBot: Type.Boolean(),
    }),
    channel: Type.Object({ id: Type.String(), name: Type.String() }),
    ...timestamp,
  }),
  stored: false,
});
