import { Type, type Static } from 'typebox';
import { request } from '../contract.ts';
import { Search } from '../search.ts';
import { Empty, Instant, Page, Strict, Uuid } from '../shapes.ts';
import { JsonText, ModuleOutput, ModuleVersionOutput } from './shapes.ts';

const PermissionCreate = Strict({
  permission: Type.String({ minLength: 1, maxLength: 200 }),
  friendlyName: Type.String({ minLength: 1, maxLength: 255 }),
  description: Type.String({ minLength: 1, maxLength: 5_000 }),
  canHaveCount: Type.Optional(Type.Boolean()),
});
export type PermissionCreate = Static<typeof PermissionCreate>;

/** What may be said about `latest` when a module is created or updated. */
export const VersionInput = Strict({
  description: Type.Optional(Type.String({ minLength: 1, maxLength: 500_000 })),
  configSchema: Type.Optional(JsonText),
  uiSchema: Type.Optional(JsonText),
  defaultSystemConfig: Type.Optional(JsonText),
  /** Upserted by code: kept codes keep their ids, missing ones are deleted. */
  permissions: Type.Optional(Type.Array(PermissionCreate, { maxItems: 500 })),
});
export type VersionInput = Static<typeof VersionInput>;

const ModuleName = Type.String({ minLength: 3, maxLength: 50 });
const optionalFields = {
  author: Type.Optional(Type.String({ maxLength: 255 })),
  supportedGames: Type.Optional(Type.Array(Type.String({ maxLength: 255 }), { maxItems: 100 })),
  enabled: Type.Optional(Type.Boolean()),
  latestVersion: Type.Optional(VersionInput),
};
const text = Type.String();

export const searchModules = request({
  service: 'modules',
  operation: 'search-modules',
  permission: 'READ_MODULES',
  rest: { method: 'POST', path: '/module/search', id: 'ModuleController_search' },
  input: Search({
    filters: { name: text, builtin: text, author: text, supportedGames: text, id: Uuid },
    search: ['name'],
    ranges: { createdAt: Instant, updatedAt: Instant },
    extend: 'ignored',
  }),
  output: Page(ModuleOutput),
  errors: [],
});

export const getModule = request({
  service: 'modules',
  operation: 'get-module',
  permission: 'READ_MODULES',
  rest: { method: 'GET', path: '/module/:id', id: 'ModuleController_getOne' },
  input: Strict({ id: Uuid }),
  output: ModuleOutput,
  errors: ['MODULE_NOT_FOUND'],
});

export const createModule = request({
  service: 'modules',
  operation: 'create-module',
  permission: 'MANAGE_MODULES',
  rest: { method: 'POST', path: '/module', id: 'ModuleController_create' },
  input: Strict({ name: ModuleName, ...optionalFields }),
  output: ModuleOutput,
  errors: ['MODULE_NAME_TAKEN', 'MODULES_LIMIT', 'CONFIG_SCHEMA_INVALID', 'CONFIG_INVALID', 'PERMISSION_RESERVED'],
});

export const updateModule = request({
  service: 'modules',
  operation: 'update-module',
  permission: 'MANAGE_MODULES',
  rest: { method: 'PUT', path: '/module/:id', id: 'ModuleController_update' },
  input: Strict({ id: Uuid, name: Type.Optional(ModuleName), ...optionalFields }),
  output: ModuleOutput,
  errors: ['MODULE_NOT_FOUND', 'MODULE_BUILTIN', 'MODULE_NAME_TAKEN', 'CONFIG_SCHEMA_INVALID', 'CONFIG_INVALID', 'PERMISSION_RESERVED'],
});

export const removeModule = request({
  service: 'modules',
  operation: 'remove-module',
  permission: 'MANAGE_MODULES',
  rest: { method: 'DELETE', path: '/module/:id', id: 'ModuleController_remove' },
  input: Strict({ id: Uuid }),
  output: Empty,
  errors: ['MODULE_NOT_FOUND', 'MODULE_BUILTIN'],
});

export const getModuleVersion = request({
  service: 'modules',
  operation: 'get-module-version',
  permission: 'READ_MODULES',
  rest: { method: 'GET', path: '/module/version/:id', id: 'ModuleVersionController_getModuleVersion' },
  input: Strict({ id: Uuid }),
  output: ModuleVersionOutput,
  errors: ['VERSION_NOT_FOUND'],
});

export const searchModuleVersions = request({
  service: 'modules',
  operation: 'search-module-versions',
  permission: 'READ_MODULES',
  rest: { method: 'POST', path: '/module/version/search', id: 'ModuleVersionController_searchVersions' },
  input: Search({
    /** `version` is taken and has no effect, as in the published API. */
    filters: { version: text, moduleId: Uuid, tag: text, id: Uuid },
    search: ['tag'],
    ranges: { createdAt: Instant, updatedAt: Instant },
    extend: 'ignored',
  }),
  output: Page(ModuleVersionOutput),
  errors: [],
});

/** Keeps what `latest` is made of as a version that does not change any more. The tag `latest` changes nothing and answers `latest`. */
export const tagVersion = request({
  service: 'modules',
  operation: 'tag-version',
  permission: 'MANAGE_MODULES',
  rest: { method: 'POST', path: '/module/version/', id: 'ModuleVersionController_tagVersion' },
  input: Strict({ tag: Type.String({ minLength: 1, maxLength: 100 }), moduleId: Uuid }),
  output: ModuleVersionOutput,
  errors: ['MODULE_NOT_FOUND', 'MODULE_BUILTIN', 'TAG_INVALID', 'VERSION_TAKEN'],
  timeoutMs: 10_000,
});
