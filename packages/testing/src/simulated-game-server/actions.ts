import { runConsole, type ConsoleEffects } from './console.ts';
import { describe, ENTITIES, GameRefusal, give, listedItems, onlinePlayer, onlinePlayers, type World } from './world.ts';

/** What actions do that players or the connection notice. */
export interface ActionEffects extends ConsoleEffects {
  readonly whisper: (name: string, text: string) => void;
  readonly shutDown: () => void;
}

type Args = Readonly<Record<string, unknown>>;

/** Connectors get texts as texts and numbers as numbers; anything else is none. */
const textOf = (value: unknown, otherwise = ''): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise;

const nested = (args: Args, key: string): Args => {
  const value = args[key];
  return typeof value === 'object' && value !== null ? { ...value } : {};
};

/** Connectors read the player's id flat or nested; this one takes either. */
const gameIdOf = (args: Args): string => textOf(args['gameId'] ?? nested(args, 'player')['gameId']);

const recipientOf = (args: Args): unknown => nested(nested(args, 'opts'), 'recipient')['gameId'] ?? args['recipientGameId'];

const ACTIONS: Readonly<Record<string, (world: World, args: Args, effects: ActionEffects) => unknown>> = {
  testReachability: () => ({ connectable: true }),
  getPlayers: (world) => onlinePlayers(world).map(describe),
  getPlayer: (world, args) =>
    onlinePlayers(world)
      .map(describe)
      .find(({ gameId }) => gameId === gameIdOf(args)) ?? null,
  getPlayerLocation: (world, args) => onlinePlayer(world, gameIdOf(args)).position,
  getPlayerInventory: (world, args) => onlinePlayer(world, gameIdOf(args)).inventory,
  listItems: listedItems,
  listEntities: () => ENTITIES,
  listBans: (world) =>
    [...world.bans.values()].map((ban) => ({ player: playerOfBan(world, ban.gameId), reason: ban.reason, expiresAt: ban.expiresAt })),
  executeConsoleCommand: (world, args, effects) => runConsole(world, textOf(args['command']), effects),
  sendMessage: (world, args, { broadcast, whisper }) => {
    const text = textOf(args['message']);
    const recipient = recipientOf(args);
    if (recipient === undefined) broadcast(text);
    else whisper(onlinePlayer(world, textOf(recipient)).name, text);
  },
  giveItem: (world, args) =>
    give(onlinePlayer(world, gameIdOf(args)), textOf(args['item']), Number(args['amount']), textOf(args['quality'], '1')),
  teleportPlayer: (world, args) => {
    onlinePlayer(world, gameIdOf(args)).position = { x: Number(args['x']), y: Number(args['y']), z: Number(args['z']) };
  },
  kickPlayer: (world, args, { kick }) => kick(onlinePlayer(world, gameIdOf(args)).name, textOf(args['reason'])),
  banPlayer: (world, args, { kick }) => {
    const gameId = gameIdOf(args);
    const expiresAt = typeof args['expiresAt'] === 'string' ? args['expiresAt'] : null;
    world.bans.set(gameId, { gameId, reason: textOf(args['reason']), expiresAt });
    const online = onlinePlayers(world).find((player) => player.gameId === gameId);
    if (online) kick(online.name, textOf(args['reason']));
  },
  unbanPlayer: (world, args) => void world.bans.delete(gameIdOf(args)),
  shutdown: (_world, _args, { shutDown }) => shutDown(),
};

const playerOfBan = (world: World, gameId: string) => {
  const known = [...world.players.values()].find((player) => player.gameId === gameId);
  return known ? describe(known) : { gameId, name: gameId };
};

/** @throws GameRefusal what the game answers instead */
export function act(world: World, action: string, args: Args, effects: ActionEffects): unknown {
  const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (!run) throw new GameRefusal(`Unknown action ${action}`);
  return run(world, args, effects);
}
