import { Type, type Static } from 'typebox';
import { request } from '../contract.ts';
import { GameServerOutput } from '../gameservers/shapes.ts';
import { ModuleOutput } from '../modules/shapes.ts';
import { PlayerOutput } from '../players/shapes.ts';
import { Search, type SearchInput } from '../search.ts';
import { Instant, Nullable, OneOf, Page, Part, rowColumns, Strict, Uuid } from '../shapes.ts';
import { UserOutput } from '../tenancy/shapes.ts';
import { STORED_EVENT_NAMES } from './names.ts';

const id = Nullable(Uuid);

/** EventOutput of the published API; what it names may have been deleted since. `gameserverId` is spelled so here. */
export const EventOutput = Type.Object({
  eventName: OneOf(STORED_EVENT_NAMES),
  moduleId: id,
  playerId: id,
  userId: id,
  gameserverId: id,
  actingUserId: id,
  actingModuleId: id,
  /** Null where somebody came, left or was met first, and nothing is said but when. */
  meta: Nullable(Type.Record(Type.String(), Type.Unknown())),
  ...rowColumns,
  /** What it names, where a search asks for it; null where that is gone or it names none. */
  player: Type.Optional(Nullable(PlayerOutput)),
  gameServer: Type.Optional(Nullable(GameServerOutput)),
  module: Type.Optional(Nullable(ModuleOutput)),
  user: Type.Optional(Nullable(UserOutput)),
});
export type EventOutput = Static<typeof EventOutput>;

/** What every search of events takes. There are no foreign keys: ids of what was deleted are found all the same. */
export const EVENT_SEARCH = {
  filters: {
    id: Uuid,
    eventName: OneOf(STORED_EVENT_NAMES),
    moduleId: Uuid,
    playerId: Uuid,
    gameserverId: Uuid,
    actingUserId: Uuid,
    actingModuleId: Uuid,
  },
  ranges: { createdAt: Instant, updatedAt: Instant },
  extend: ['module', 'gameServer', 'player', 'user'],
} as const;

export const searchEvents = request({
  service: 'events',
  operation: 'search-events',
  permission: 'READ_EVENTS',
  rest: { method: 'POST', path: '/event/search', id: 'EventController_search' },
  input: Search(EVENT_SEARCH),
  output: Page(EventOutput),
  errors: [],
  idempotent: true,
});

/** The executions of commands, hooks and cron jobs that did not succeed. */
export const searchFailedFunctions = request({
  service: 'events',
  operation: 'search-failed-functions',
  permission: ['READ_MODULES', 'READ_EVENTS'],
  rest: { method: 'POST', path: '/event/filter/failed-functions', id: 'EventController_getFailedFunctions' },
  input: Search(EVENT_SEARCH),
  output: Page(EventOutput),
  errors: [],
  idempotent: true,
});

export const getEvent = request({
  service: 'events',
  operation: 'get-event',
  permission: 'READ_EVENTS',
  rest: { method: 'GET', path: '/event/:id', id: 'EventController_getOne' },
  input: Strict({ id: Uuid }),
  output: EventOutput,
  errors: ['EVENT_NOT_FOUND'],
});

const named = Type.Optional(Uuid);

/**
 * Writes an event by hand: it is stored, runs hooks and is told to live feeds, and nothing else of the system follows it. Who acts is who
 * asks, whatever the input says.
 */
export const createEvent = request({
  service: 'events',
  operation: 'create-event',
  permission: 'MANAGE_EVENTS',
  rest: { method: 'POST', path: '/event', id: 'EventController_create' },
  input: Strict({
    eventName: OneOf(STORED_EVENT_NAMES),
    moduleId: named,
    playerId: named,
    userId: named,
    gameserverId: named,
    actingUserId: named,
    actingModuleId: named,
    meta: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  }),
  output: EventOutput,
  errors: ['META_INVALID'],
});

/**
 * The history as CSV, the oldest first: 90 days at most, and the last 90 where nothing else is said. Page, sort and relations of a search
 * count for nothing. For people: a function has searches.
 */
export const exportEvents = request({
  service: 'events',
  operation: 'export-events',
  permission: 'READ_EVENTS',
  executions: 'refused',
  rest: {
    method: 'POST',
    path: '/event/export',
    id: 'EventController_export',
    parts: { contentType: 'text/csv', fileName: 'events.csv', cursor: 'cursor' },
  },
  input: Type.Unsafe<SearchInput & { cursor?: string }>(
    Strict({ ...Reflect.get(Search(EVENT_SEARCH), 'properties'), cursor: Type.Optional(Type.String({ maxLength: 1_000 })) }),
  ),
  output: Part,
  errors: ['EXPORT_RANGE_TOO_LARGE'],
  timeoutMs: 10_000,
  idempotent: true,
});
