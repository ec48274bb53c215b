import { Type } from 'typebox';
import { request } from '../contract.ts';
import { HOOK_EVENT_NAMES } from '../events/names.ts';
import { Search } from '../search.ts';
import { Empty, Nullable, OneOf, Page, Strict, Uuid } from '../shapes.ts';
import { Code, Description, HookOutput } from './shapes.ts';

const Name = Type.String({ minLength: 1, maxLength: 50 });
/** A JavaScript regular expression; empty matches everything. */
const Regex = Type.String({ maxLength: 255 });
const EventType = OneOf(HOOK_EVENT_NAMES);
const written = {
  description: Type.Optional(Description),
  /** Ours: plain text that `msg` must contain, whatever its case; null for none. */
  searchString: Type.Optional(Nullable(Type.String({ maxLength: 255 }))),
  function: Type.Optional(Code),
};

export const searchHooks = request({
  service: 'modules',
  operation: 'search-hooks',
  permission: 'READ_MODULES',
  rest: { method: 'POST', path: '/hook/search', id: 'HookController_search' },
  input: Search({
    filters: { moduleId: Uuid, versionId: Uuid, name: Type.String(), eventType: EventType, id: Uuid },
    search: ['name'],
    /** The first two are taken and have no effect, as in the published API. */
    extend: ['module', 'gameServer', 'functionAssignments'],
  }),
  output: Page(HookOutput),
  errors: [],
});

export const getHook = request({
  service: 'modules',
  operation: 'get-hook',
  permission: 'READ_MODULES',
  rest: { method: 'GET', path: '/hook/:id', id: 'HookController_getOne' },
  input: Strict({ id: Uuid }),
  output: HookOutput,
  errors: ['HOOK_NOT_FOUND'],
});

export const createHook = request({
  service: 'modules',
  operation: 'create-hook',
  permission: 'MANAGE_MODULES',
  rest: { method: 'POST', path: '/hook', id: 'HookController_create' },
  input: Strict({ name: Name, regex: Regex, versionId: Uuid, eventType: EventType, ...written }),
  output: HookOutput,
  errors: ['VERSION_NOT_FOUND', 'COMPONENT_NAME_TAKEN', 'PATTERN_INVALID', 'MODULE_BUILTIN', 'VERSION_TAGGED', 'FUNCTIONS_LIMIT'],
});

export const updateHook = request({
  service: 'modules',
  operation: 'update-hook',
  permission: 'MANAGE_MODULES',
  rest: { method: 'PUT', path: '/hook/:id', id: 'HookController_update' },
  input: Strict({ id: Uuid, name: Type.Optional(Name), regex: Type.Optional(Regex), eventType: Type.Optional(EventType), ...written }),
  output: HookOutput,
  errors: ['HOOK_NOT_FOUND', 'COMPONENT_NAME_TAKEN', 'PATTERN_INVALID', 'MODULE_BUILTIN', 'VERSION_TAGGED'],
});

export const removeHook = request({
  service: 'modules',
  operation: 'remove-hook',
  permission: 'MANAGE_MODULES',
  rest: { method: 'DELETE', path: '/hook/:id', id: 'HookController_remove' },
  input: Strict({ id: Uuid }),
  output: Empty,
  errors: ['HOOK_NOT_FOUND', 'MODULE_BUILTIN', 'VERSION_TAGGED'],
});

/** Runs the hooks of an event that is not stored. `moduleId` is accepted and ignored, as the published API has it. */
export const triggerHook = request({
  service: 'modules',
  operation: 'trigger-hook',
  permission: 'MANAGE_MODULES',
  rest: { method: 'POST', path: '/hook/trigger', id: 'HookController_trigger' },
  input: Strict({
    gameServerId: Uuid,
    playerId: Type.Optional(Uuid),
    moduleId: Type.Optional(Uuid),
    eventType: EventType,
    eventMeta: Type.Record(Type.String(), Type.Unknown()),
  }),
  output: Empty,
  errors: ['GAMESERVER_NOT_FOUND', 'PLAYER_NOT_FOUND', 'EVENT_META_INVALID'],
  timeoutMs: 5_000,
});
