import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Search } from '../search.ts';
import { Empty, Instant, Nullable, Page, Strict, Uuid } from '../shapes.ts';
import { VariableOutput } from './shapes.ts';

const Key = Type.String({ minLength: 1, maxLength: 255 });
const Value = Type.String({ maxLength: 131_072 });
/** Null is a scope too: none. */
const scope = {
  expiresAt: Type.Optional(Nullable(Instant)),
  gameServerId: Type.Optional(Nullable(Uuid)),
  playerId: Type.Optional(Nullable(Uuid)),
  moduleId: Type.Optional(Nullable(Uuid)),
};

export const searchVariables = request({
  service: 'modules',
  operation: 'search-variables',
  permission: 'READ_VARIABLES',
  rest: { method: 'POST', path: '/variables/search', id: 'VariableController_search' },
  input: Search({
    filters: { key: Type.String(), gameServerId: Uuid, playerId: Uuid, moduleId: Uuid, id: Uuid },
    search: ['key'],
    extend: ['module', 'player', 'gameServer'],
  }),
  output: Page(VariableOutput),
  errors: [],
});

export const findVariable = request({
  service: 'modules',
  operation: 'find-variable',
  permission: 'READ_VARIABLES',
  rest: { method: 'GET', path: '/variables/:id', id: 'VariableController_findOne' },
  input: Strict({ id: Uuid }),
  output: VariableOutput,
  errors: ['VARIABLE_NOT_FOUND'],
});

/** Unique by key and scope, no scope being a scope of its own. One that expired makes room. */
export const createVariable = request({
  service: 'modules',
  operation: 'create-variable',
  permission: 'MANAGE_VARIABLES',
  rest: { method: 'POST', path: '/variables', id: 'VariableController_create' },
  input: Strict({ key: Key, value: Value, ...scope }),
  output: VariableOutput,
  errors: ['VARIABLE_TAKEN', 'VARIABLES_LIMIT', 'GAMESERVER_NOT_FOUND', 'PLAYER_NOT_FOUND', 'MODULE_NOT_FOUND'],
});

/** Without `expiresAt` it does not expire any more. */
export const updateVariable = request({
  service: 'modules',
  operation: 'update-variable',
  permission: 'MANAGE_VARIABLES',
  rest: { method: 'PUT', path: '/variables/:id', id: 'VariableController_update' },
  input: Strict({ id: Uuid, key: Type.Optional(Key), value: Value, ...scope }),
  output: VariableOutput,
  errors: ['VARIABLE_NOT_FOUND', 'VARIABLE_TAKEN', 'GAMESERVER_NOT_FOUND', 'PLAYER_NOT_FOUND', 'MODULE_NOT_FOUND'],
});

export const deleteVariable = request({
  service: 'modules',
  operation: 'delete-variable',
  permission: 'MANAGE_VARIABLES',
  rest: { method: 'DELETE', path: '/variables/:id', id: 'VariableController_delete' },
  input: Strict({ id: Uuid }),
  output: Empty,
  errors: ['VARIABLE_NOT_FOUND'],
});
