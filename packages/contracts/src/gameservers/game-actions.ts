import { Type } from 'typebox';
import { request } from '../contract.ts';
import { LIMITS } from '../limits.ts';
import { Empty, Instant, Strict, Uuid } from '../shapes.ts';
import { ACTIONS, GamePlayer } from './actions.ts';

const service = 'gameservers';

/** The action has its full time, and the way there and back a little more. */
const timeoutMs = LIMITS.actionTimeoutMs + 2_000;

/** What every action of a game server may end with. */
const errors = [
  'GAMESERVER_NOT_FOUND',
  'GAMESERVER_DISABLED',
  'GAMESERVER_NOT_CONNECTED',
  'ACTION_TIMED_OUT',
  'ACTION_FAILED',
  'ACTION_ANSWER_INVALID',
] as const;

const errorsOfPlayer = [...errors, 'PLAYER_NOT_FOUND', 'POG_NOT_FOUND'] as const;

/** Answers also when the server is away: `connectable: false` with the reason. Tells `server-status-changed` on a change. */
export const testReachability = request({
  service,
  operation: 'test-reachability',
  permission: [],
  rest: { method: 'GET', path: '/gameserver/:id/reachability', id: 'GameServerController_testReachabilityForId' },
  input: Strict({ id: Uuid }),
  output: ACTIONS.testReachability.result,
  errors: ['GAMESERVER_NOT_FOUND', 'GAMESERVER_DISABLED'],
  timeoutMs,
  idempotent: false,
});

export const executeCommand = request({
  service,
  operation: 'execute-command',
  permission: 'MANAGE_GAMESERVERS',
  rest: { method: 'POST', path: '/gameserver/:id/command', id: 'GameServerController_executeCommand' },
  input: Strict({ id: Uuid, command: Type.String({ minLength: 1 }) }),
  output: ACTIONS.executeConsoleCommand.result,
  errors,
  timeoutMs,
});

/** Puts the setting `messagePrefix` in front, cuts to `LIMITS.chatMessageChars`, then tells `chat-message`. */
export const sendMessage = request({
  service,
  operation: 'send-message',
  permission: 'MANAGE_GAMESERVERS',
  rest: { method: 'POST', path: '/gameserver/:id/message', id: 'GameServerController_sendMessage' },
  input: Strict({
    id: Uuid,
    message: Type.String({ minLength: 1 }),
    opts: Type.Optional(
      Strict({
        /** By the game's own id of the player. Without one everybody reads it. */
        recipient: Type.Optional(Strict({ gameId: Type.String({ minLength: 1, maxLength: 255 }) })),
        senderNameOverride: Type.Optional(Type.String({ maxLength: 255 })),
      }),
    ),
  }),
  output: Empty,
  errors,
  timeoutMs,
});

const PlayerOnServer = { gameServerId: Uuid, playerId: Uuid };

/** Coordinates are rounded. */
export const teleportPlayer = request({
  service,
  operation: 'teleport-player',
  permission: 'MANAGE_GAMESERVERS',
  rest: { method: 'POST', path: '/gameserver/:gameServerId/player/:playerId/teleport', id: 'GameServerController_teleportPlayer' },
  input: Strict({
    ...PlayerOnServer,
    x: Type.Number(),
    y: Type.Number(),
    z: Type.Number(),
    dimension: Type.Optional(Type.String({ maxLength: 255 })),
  }),
  output: Empty,
  errors: errorsOfPlayer,
  timeoutMs,
});

export const kickPlayer = request({
  service,
  operation: 'kick-player',
  permission: 'MANAGE_GAMESERVERS',
  rest: { method: 'POST', path: '/gameserver/:gameServerId/player/:playerId/kick', id: 'GameServerController_kickPlayer' },
  input: Strict({ ...PlayerOnServer, reason: Type.String({ minLength: 1, maxLength: 150 }) }),
  output: Empty,
  errors: errorsOfPlayer,
  timeoutMs,
});

/** As the published API has it; `POST /player/ban` is the way to ban. The game is asked first. Tells `player-banned`. */
export const banPlayer = request({
  service,
  operation: 'ban-player',
  permission: 'MANAGE_GAMESERVERS',
  rest: { method: 'POST', path: '/gameserver/:gameServerId/player/:playerId/ban', id: 'GameServerController_banPlayer' },
  input: Strict({
    ...PlayerOnServer,
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 150 })),
    expiresAt: Type.Optional(Instant),
  }),
  output: Empty,
  errors: errorsOfPlayer,
  timeoutMs,
});

/** Ends the player's ban on this game server, not a global one. The game is asked first. Tells `player-unbanned` where there was one. */
export const unbanPlayer = request({
  service,
  operation: 'unban-player',
  permission: 'MANAGE_GAMESERVERS',
  rest: { method: 'POST', path: '/gameserver/:gameServerId/player/:playerId/unban', id: 'GameServerController_unbanPlayer' },
  input: Strict(PlayerOnServer),
  output: Empty,
  errors: errorsOfPlayer,
  timeoutMs,
});

/** Who is banned by the game's own words. */
export const listBans = request({
  service,
  operation: 'list-bans',
  permission: 'MANAGE_GAMESERVERS',
  rest: { method: 'GET', path: '/gameserver/:id/bans', id: 'GameServerController_listBans' },
  input: Strict({ id: Uuid }),
  output: ACTIONS.listBans.result,
  errors,
  timeoutMs,
  idempotent: false,
});

/** `name` is the code of an item, or the id of one that Takaro knows. */
export const giveItem = request({
  service,
  operation: 'give-item',
  permission: 'MANAGE_GAMESERVERS',
  rest: { method: 'POST', path: '/gameserver/:gameServerId/player/:playerId/giveItem', id: 'GameServerController_giveItem' },
  input: Strict({
    ...PlayerOnServer,
    name: Type.String({ minLength: 1, maxLength: 150 }),
    amount: Type.Number(),
    quality: Type.String({ maxLength: 255 }),
  }),
  output: Empty,
  errors: [...errorsOfPlayer, 'ITEM_NOT_FOUND'],
  timeoutMs,
});

/** Who is on the server now, by the game's own words. */
export const getPlayersOnline = request({
  service,
  operation: 'get-players-online',
  permission: 'READ_PLAYERS',
  rest: { method: 'GET', path: '/gameserver/:id/players', id: 'GameServerController_getPlayers' },
  input: Strict({ id: Uuid }),
  output: Type.Array(GamePlayer),
  errors,
  timeoutMs,
  idempotent: false,
});

export const shutdownGameServer = request({
  service,
  operation: 'shutdown-game-server',
  permission: 'MANAGE_GAMESERVERS',
  rest: { method: 'POST', path: '/gameserver/:id/shutdown', id: 'GameServerController_shutdown' },
  input: Strict({ id: Uuid }),
  output: Empty,
  errors,
  timeoutMs,
});
