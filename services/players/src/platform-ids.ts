import type { GamePlayer } from '@takaro/contracts/gameservers/actions';
import type { PlayerRow } from './rows.ts';

/** The ids that name a person beyond one game server, in the order in which they are believed. */
const PLATFORM_IDS = ['platformId', 'steamId', 'epicOnlineServicesId', 'xboxLiveId'] as const;
type PlatformIdName = (typeof PLATFORM_IDS)[number];
export type PlatformIds = Readonly<Record<PlatformIdName, string | null>>;

/** What games write where they do not know an id. Taken for an id it would make one person of many. */
const PLACEHOLDERS = new Set(['', '0', '-1', 'unknown', 'n/a', 'na', 'null', 'undefined', 'none', 'nil', 'nan', 'false']);
const isPlaceholder = (id: string): boolean => PLACEHOLDERS.has(id.trim().toLowerCase()) || /^0+$/.test(id.trim());

const ID_CHARS = 255;
const clean = (id: string | undefined): string | null => (id === undefined || isPlaceholder(id) || id.length > ID_CHARS ? null : id.trim());

/** A platform id reads `platform:id`. `steam:0` names nobody. */
const cleanPlatformId = (text: string | undefined): string | null => {
  const id = clean(text);
  return id === null || !/^[\w-]+:[\w-]+$/.test(id) || isPlaceholder(id.slice(id.indexOf(':') + 1)) ? null : id;
};

export const platformIdsOf = (who: GamePlayer): PlatformIds => ({
  platformId: cleanPlatformId(who.platformId),
  steamId: clean(who.steamId),
  epicOnlineServicesId: clean(who.epicOnlineServicesId),
  xboxLiveId: clean(who.xboxLiveId),
});

export const namesSomebody = (ids: PlatformIds): boolean => PLATFORM_IDS.some((name) => ids[name] !== null);

/** The ids that both know all differ: the game gave its own id for the one to the other. */
export function contradicts(player: Pick<PlayerRow, PlatformIdName>, ids: PlatformIds): boolean {
  const both = PLATFORM_IDS.filter((name) => ids[name] !== null && player[name] !== null);
  return both.length > 0 && both.every((name) => player[name] !== ids[name]);
}

/** Ids that the event knows and the player lacks. */
export const missingIds = (player: Pick<PlayerRow, PlatformIdName>, ids: PlatformIds): readonly PlatformIdName[] =>
  PLATFORM_IDS.filter((name) => ids[name] !== null && player[name] === null);

/** Of those who share an id, the one who shares the most believed one. */
export const bestMatch = <Row extends Pick<PlayerRow, PlatformIdName>>(players: readonly Row[], ids: PlatformIds): Row | undefined => {
  const name = PLATFORM_IDS.find((id) => ids[id] !== null && players.some((player) => player[id] === ids[id]));
  return name && players.find((player) => player[name] === ids[name]);
};
