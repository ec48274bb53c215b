import type { GamePlayer, Position } from '@takaro/contracts/gameservers/actions';
import type { Static } from 'typebox';
import { isObject, readNumber, readText, withoutAbsent } from '../reading.ts';
import type { KnownNames } from './known-names.ts';

/** Texts that games write where they know no id. */
const PLACEHOLDERS = new Set(['0', 'unknown', 'n/a', 'null', 'undefined', 'none']);
const PLATFORM_ID = /^[A-Za-z0-9_-]+:[A-Za-z0-9_-]+$/;
const NOT_A_PLAYER = /^npc:/i;

/** Ids of platforms, in the order in which they may stand for a missing id of the game. */
const PLATFORM_FIELDS = ['steamId', 'epicOnlineServicesId', 'xboxLiveId'] as const;

/**
 * A player as a connector names one, in whatever shape: an array means its first element, a missing id of the game is taken from a
 * platform's or from the name if that was seen before, a missing name likewise. Undefined when there is nobody to recognise.
 */
export function readPlayer(value: unknown, known: KnownNames): GamePlayer | undefined {
  const player: unknown = Array.isArray(value) ? value[0] : value;
  if (!isObject(player)) return undefined;
  const ids = readIds(player);
  const stated = readText(player['name']);
  const gameId =
    readText(player['gameId']) ??
    ids['steamId'] ??
    ids['epicOnlineServicesId'] ??
    ids['xboxLiveId'] ??
    ids['platformId'] ??
    gameIdOf(stated, known);
  if (gameId === undefined || NOT_A_PLAYER.test(gameId)) return undefined;
  const name = stated ?? known.nameOf(gameId) ?? gameId;
  if (stated !== undefined) known.remember(gameId, stated);
  const ping = readNumber(player['ping']);
  return { gameId, name, ...ids, ...withoutAbsent({ ip: readText(player['ip']) }), ...(ping !== undefined && { ping }) };
}

const gameIdOf = (name: string | undefined, known: KnownNames): string | undefined =>
  name === undefined ? undefined : known.gameIdOf(name);

function readIds(player: Readonly<Record<string, unknown>>): Record<string, string> {
  const ids = PLATFORM_FIELDS.map((field) => [field, real(readText(player[field]))] as const);
  const platformId = readText(player['platformId']);
  return withoutAbsent({ ...Object.fromEntries(ids), platformId: platformId && PLATFORM_ID.test(platformId) ? platformId : undefined });
}

const real = (id: string | undefined): string | undefined => (id !== undefined && PLACEHOLDERS.has(id.toLowerCase()) ? undefined : id);

export function readPosition(value: unknown): Static<typeof Position> | undefined {
  if (!isObject(value)) return undefined;
  const [x, y, z] = [readNumber(value['x']), readNumber(value['y']), readNumber(value['z'])];
  if (x === undefined || y === undefined || z === undefined) return undefined;
  const dimension = readText(value['dimension']);
  return { x, y, z, ...(dimension !== undefined && { dimension }) };
}
