import type { RequestContract } from '@takaro/contracts/contract';
import { searchEvents } from '@takaro/contracts/events/rest';
import { searchPogs } from '@takaro/contracts/players/pog-rest';
import { searchPlayers } from '@takaro/contracts/players/rest';
import type { SearchInput } from '@takaro/contracts/search';
import type { Filled } from './fill.ts';

export interface IndexedSearch {
  readonly contract: RequestContract<SearchInput, unknown>;
  readonly what: string;
  readonly input: (filled: Filled) => SearchInput;
  /** By which of these it must be answered: where there are several, the statistics decide. */
  readonly index: readonly string[];
}

const search =
  (contract: RequestContract<SearchInput, unknown>) =>
  (what: string, input: IndexedSearch['input'], ...index: string[]): IndexedSearch => ({ contract, what, input, index });

const players = search(searchPlayers);
const pogs = search(searchPogs);
const events = search(searchEvents);

const newest = { sortBy: 'createdAt', sortDirection: 'desc' } as const;

/** The pages that people and modules ask for, and the index that answers each: a page costs the same however many rows there are. */
export const SEARCHES: readonly IndexedSearch[] = [
  players('by the id', () => ({}), 'player_pkey'),
  players('a player by its id', ({ player }) => ({ filters: { id: [player.id] } }), 'player_pkey'),
  players('by name', () => ({ sortBy: 'name' }), 'player_name_sort_idx'),
  players('by name, backwards', () => ({ sortBy: 'name', sortDirection: 'desc' }), 'player_name_sort_idx'),
  players('newest first', () => newest, 'player_createdAt_sort_idx'),
  players('since a time', ({ middle }) => ({ ...newest, greaterThan: { createdAt: middle } }), 'player_createdAt_sort_idx'),
  players('until a time', ({ middle }) => ({ ...newest, lessThan: { createdAt: middle } }), 'player_createdAt_sort_idx'),
  players('who played most', () => ({ sortBy: 'playtimeSeconds', sortDirection: 'desc' }), 'player_playtimeSeconds_sort_idx'),
  players('of a name', ({ player }) => ({ filters: { name: [player.name] } }), 'player_name_idx', 'player_name_sort_idx'),
  players('of a Steam id', ({ player }) => ({ filters: { steamId: [player.steamId] } }), 'player_steamId_idx'),
  players('of a platform id', ({ player }) => ({ filters: { platformId: [player.platformId] } }), 'player_platformId_key'),
  players('whose name holds a text', ({ player }) => ({ search: { name: [player.name.slice(7, 17)] } }), 'player_name_search_idx'),

  pogs('by the id', () => ({}), 'playerOnGameServer_pkey'),
  pogs(
    'of a game server',
    ({ gameServerId }) => ({ filters: { gameServerId: [gameServerId] } }),
    'playerOnGameServer_gameServerId_sort_idx',
  ),
  pogs('of a player', ({ player }) => ({ filters: { playerId: [player.id] } }), 'playerOnGameServer_playerId_sort_idx'),
  pogs('of an id in the game', ({ player }) => ({ filters: { gameId: [player.steamId] } }), 'playerOnGameServer_gameId_idx'),
  pogs('who is online', () => ({ filters: { online: true } }), 'playerOnGameServer_online_sort_idx', 'playerOnGameServer_pkey'),
  pogs('seen last', () => ({ sortBy: 'lastSeen', sortDirection: 'desc' }), 'playerOnGameServer_lastSeen_sort_idx'),
  pogs('since a time', ({ middle }) => ({ ...newest, greaterThan: { createdAt: middle } }), 'playerOnGameServer_createdAt_sort_idx'),

  events('by the id', () => ({}), 'event_pkey'),
  events('newest first', () => newest, 'event_createdAt_idx'),
  events('since a time', ({ middle }) => ({ ...newest, greaterThan: { createdAt: middle } }), 'event_createdAt_idx'),
  events('until a time', ({ middle }) => ({ ...newest, lessThan: { createdAt: middle } }), 'event_createdAt_idx'),
  events(
    'of a name',
    ({ eventName }) => ({ ...newest, filters: { eventName: [eventName] } }),
    'event_eventName_createdAt_idx',
    'event_createdAt_idx',
  ),
  events('of a player', ({ player }) => ({ ...newest, filters: { playerId: [player.id] } }), 'event_playerId_createdAt_idx'),
  events('of a player, by the id', ({ player }) => ({ filters: { playerId: [player.id] } }), 'event_playerId_createdAt_idx'),
  events(
    'of a game server',
    ({ gameServerId }) => ({ ...newest, filters: { gameserverId: [gameServerId] } }),
    'event_gameserverId_createdAt_idx',
    'event_createdAt_idx',
  ),
  events('of a module', ({ moduleId }) => ({ ...newest, filters: { moduleId: [moduleId] } }), 'event_moduleId_createdAt_idx'),
  events('by a user', ({ userId }) => ({ ...newest, filters: { actingUserId: [userId] } }), 'event_actingUserId_createdAt_idx'),
  events('by a module', ({ moduleId }) => ({ ...newest, filters: { actingModuleId: [moduleId] } }), 'event_actingModuleId_createdAt_idx'),
];
