import { Type } from 'typebox';
import { request } from '../contract.ts';
import { Search } from '../search.ts';
import { Empty, Page, Strict, Uuid } from '../shapes.ts';
import { Code, Description, FunctionOutput, FunctionWithRelations } from './shapes.ts';

const Name = Type.String({ minLength: 1, maxLength: 255 });
const written = {
  name: Type.Optional(Name),
  description: Type.Optional(Description),
  code: Type.Optional(Code),
};

export const searchFunctions = request({
  service: 'modules',
  operation: 'search-functions',
  permission: 'READ_MODULES',
  rest: { method: 'POST', path: '/function/search', id: 'FunctionController_search' },
  input: Search({
    filters: { moduleId: Uuid, versionId: Uuid, name: Type.String(), id: Uuid },
    search: ['name'],
    extend: ['version', 'cronJob', 'hook', 'command'],
  }),
  output: Page(FunctionWithRelations),
  errors: [],
});

export const getFunction = request({
  service: 'modules',
  operation: 'get-function',
  permission: 'READ_MODULES',
  rest: { method: 'GET', path: '/function/:id', id: 'FunctionController_getOne' },
  input: Strict({ id: Uuid }),
  output: FunctionOutput,
  errors: ['FUNCTION_NOT_FOUND'],
});

export const createFunction = request({
  service: 'modules',
  operation: 'create-function',
  permission: 'MANAGE_MODULES',
  rest: { method: 'POST', path: '/function', id: 'FunctionController_create' },
  input: Strict({ ...written, versionId: Type.Optional(Uuid) }),
  output: FunctionOutput,
  errors: ['VERSION_NOT_FOUND', 'COMPONENT_NAME_TAKEN', 'MODULE_BUILTIN', 'VERSION_TAGGED', 'FUNCTIONS_LIMIT'],
});

export const updateFunction = request({
  service: 'modules',
  operation: 'update-function',
  permission: 'MANAGE_MODULES',
  rest: { method: 'PUT', path: '/function/:id', id: 'FunctionController_update' },
  input: Strict({ id: Uuid, ...written }),
  output: FunctionOutput,
  errors: ['FUNCTION_NOT_FOUND', 'COMPONENT_NAME_TAKEN', 'MODULE_BUILTIN', 'VERSION_TAGGED'],
});

export const removeFunction = request({
  service: 'modules',
  operation: 'remove-function',
  permission: 'MANAGE_MODULES',
  rest: { method: 'DELETE', path: '/function/:id', id: 'FunctionController_remove' },
  input: Strict({ id: Uuid }),
  output: Empty,
  errors: ['FUNCTION_NOT_FOUND', 'FUNCTION_IN_USE', 'MODULE_BUILTIN', 'VERSION_TAGGED'],
});
