import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';
import type { PermissionOutput } from '@takaro/contracts/tenancy/shapes';
import { rowProperties } from '@takaro/tenant-db';

export const Module = defineEntity({
  name: 'Module',
  tableName: 'module',
  schema: '*',
  properties: {
    ...rowProperties,
    name: p.text(),
    enabled: p.boolean(),
    builtin: p.text().nullable(),
    author: p.text().nullable(),
    supportedGames: p.array().columnType('text[]'),
  },
});
export type ModuleRow = InferEntity<typeof Module>;

export const ModuleVersion = defineEntity({
  name: 'ModuleVersion',
  tableName: 'moduleVersion',
  schema: '*',
  properties: {
    ...rowProperties,
    moduleId: p.uuid(),
    tag: p.text(),
    description: p.text(),
    configSchema: p.text(),
    uiSchema: p.text(),
    defaultSystemConfig: p.text().nullable(),
    permissions: p.json<PermissionOutput[]>(),
    revision: p.integer(),
  },
});
export type ModuleVersionRow = InferEntity<typeof ModuleVersion>;

export const ModuleInstallation = defineEntity({
  name: 'ModuleInstallation',
  tableName: 'moduleInstallation',
  schema: '*',
  properties: {
    ...rowProperties,
    moduleId: p.uuid(),
    versionId: p.uuid(),
    gameServerId: p.uuid(),
    userConfig: p.json<Record<string, unknown>>(),
    systemConfig: p.json<Record<string, unknown>>(),
  },
});
export type ModuleInstallationRow = InferEntity<typeof ModuleInstallation>;
