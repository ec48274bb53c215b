import { createHash } from 'node:crypto';
import { seededRandom } from './random.ts';

export interface Stack {
  readonly code: string;
  readonly name: string;
  amount: number;
  quality: string;
}

export interface Position {
  x: number;
  y: number;
  z: number;
}

/** What a player has on the screen. */
export interface SeenMessage {
  readonly text: string;
  /** Null where it came from the server itself. */
  readonly from: string | null;
  readonly whisper: boolean;
}

export interface SimulatedPlayer {
  readonly gameId: string;
  readonly name: string;
  readonly steamId: string;
  readonly ip: string;
  online: boolean;
  deaths: number;
  position: Position;
  readonly inventory: Stack[];
  readonly seen: SeenMessage[];
}

export interface Ban {
  readonly gameId: string;
  readonly reason: string;
  readonly expiresAt: string | null;
}

/** The game: everything that its connector reports or changes. */
export interface World {
  readonly random: () => number;
  /** By name; a player stays known after leaving. */
  readonly players: Map<string, SimulatedPlayer>;
  readonly bans: Map<string, Ban>;
  /** Listed besides the items that players can hold, as modded games list thousands. */
  readonly clutter: number;
  /** Minutes of the game's day, 0 to 1439. */
  clockMinutes: number;
}

/** The game has no such thing; its message is what the connector answers. */
export class GameRefusal extends Error {
  override readonly name = 'GameRefusal';
}

export const ITEMS = [
  { code: 'wood', name: 'Wood', description: 'Grows on trees' },
  { code: 'stone', name: 'Stone', description: 'Lies about' },
  { code: 'ironIngot', name: 'Iron ingot', description: 'Smelted from ore' },
  { code: 'medkit', name: 'Medkit', description: 'Heals' },
  { code: 'torch', name: 'Torch', description: 'Gives light' },
] as const;

export const listedItems = ({ clutter }: World): object[] => [
  ...ITEMS,
  ...Array.from({ length: clutter }, (_, number) => ({
    code: `clutter${number}`,
    name: `Piece of clutter ${number}`,
    description: 'Of no use to anybody but the modder who thought of it on a long evening',
  })),
];

export const ENTITIES = [
  { code: 'zombie', name: 'Zombie', description: 'Slow and many', type: 'hostile' },
  { code: 'deer', name: 'Deer', description: 'Runs away', type: 'neutral' },
  { code: 'trader', name: 'Trader', description: 'Buys and sells', type: 'friendly' },
] as const;

export const createWorld = (seed: number, clutter = 0): World => ({
  random: seededRandom(seed),
  players: new Map(),
  bans: new Map(),
  clutter,
  clockMinutes: 480,
});

/** The same name is the same person in every world and after every restart. */
export function playerOf(world: World, name: string): SimulatedPlayer {
  const known = world.players.get(name);
  if (known) return known;
  const number = createHash('sha256').update(name).digest().readUInt32BE(0);
  const player: SimulatedPlayer = {
    gameId: String(number),
    name,
    steamId: `7656119${String(number).padStart(10, '0')}`,
    ip: `203.0.113.${1 + (number % 250)}`,
    online: false,
    deaths: 0,
    position: { x: Math.round(world.random() * 1_000), y: 60, z: Math.round(world.random() * 1_000) },
    inventory: [{ code: 'torch', name: 'Torch', amount: 1, quality: '1' }],
    seen: [],
  };
  world.players.set(name, player);
  return player;
}

export const onlinePlayers = (world: World): SimulatedPlayer[] => [...world.players.values()].filter(({ online }) => online);

/** @throws GameRefusal */
export function onlinePlayer(world: World, gameId: string): SimulatedPlayer {
  const found = onlinePlayers(world).find((player) => player.gameId === gameId);
  if (!found) throw new GameRefusal(`No player ${gameId} is online`);
  return found;
}

/** @throws GameRefusal when the item does not exist or the amount is not a positive number */
export function give(player: SimulatedPlayer, code: string, amount: number, quality = '1'): void {
  const item = ITEMS.find((known) => known.code === code);
  if (!item) throw new GameRefusal(`Unknown item ${code}`);
  if (!(amount > 0)) throw new GameRefusal('The amount must be positive');
  const held = player.inventory.find((stack) => stack.code === code && stack.quality === quality);
  if (held) held.amount += amount;
  else player.inventory.push({ code, name: item.name, amount, quality });
}

export const isBanned = (world: World, gameId: string, nowMs: number): boolean => {
  const ban = world.bans.get(gameId);
  return ban !== undefined && (ban.expiresAt === null || Date.parse(ban.expiresAt) > nowMs);
};

/** What the game tells of a player (IGamePlayer of the protocol). */
export const describe = ({ gameId, name, steamId, ip }: SimulatedPlayer) => ({
  gameId,
  name,
  steamId,
  platformId: `steam:${steamId}`,
  ip,
  ping: 20,
});
