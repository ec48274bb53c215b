import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';
import type { HookEventName } from '@takaro/contracts/events/names';
import { rowProperties } from '@takaro/tenant-db';

export const FunctionEntity = defineEntity({
  name: 'Function',
  tableName: 'function',
  schema: '*',
  properties: {
    ...rowProperties,
    name: p.text().nullable(),
    code: p.text(),
    description: p.text().nullable(),
    versionId: p.uuid().nullable(),
  },
});
export type FunctionRow = InferEntity<typeof FunctionEntity>;

const componentProperties = {
  ...rowProperties,
  name: p.text(),
  description: p.text().nullable(),
  functionId: p.uuid(),
  moduleId: p.uuid(),
  versionId: p.uuid(),
};

export const Hook = defineEntity({
  name: 'Hook',
  tableName: 'hook',
  schema: '*',
  properties: {
    ...componentProperties,
    searchString: p.text().nullable(),
    regex: p.text().nullable(),
    eventType: p.text().$type<HookEventName>(),
  },
});
export type HookRow = InferEntity<typeof Hook>;

export const Command = defineEntity({
  name: 'Command',
  tableName: 'command',
  schema: '*',
  properties: {
    ...componentProperties,
    trigger: p.text(),
    helpText: p.text(),
    requiredPermissions: p.array().columnType('text[]'),
  },
});
export type CommandRow = InferEntity<typeof Command>;

export const CommandArgument = defineEntity({
  name: 'CommandArgument',
  tableName: 'commandArgument',
  schema: '*',
  properties: {
    ...rowProperties,
    commandId: p.uuid(),
    name: p.text(),
    type: p.text(),
    helpText: p.text(),
    defaultValue: p.text().nullable(),
    position: p.integer(),
  },
});
export type CommandArgumentRow = InferEntity<typeof CommandArgument>;

export const Cron = defineEntity({
  name: 'Cron',
  tableName: 'cron',
  schema: '*',
  properties: { ...componentProperties, temporalValue: p.text() },
});
export type CronRow = InferEntity<typeof Cron>;

export const FunctionAssignment = defineEntity({
  name: 'FunctionAssignment',
  tableName: 'functionAssignment',
  schema: '*',
  properties: {
    ...rowProperties,
    functionId: p.uuid(),
    cronJob: p.uuid().nullable(),
    hook: p.uuid().nullable(),
    command: p.uuid().nullable(),
    position: p.integer(),
  },
});
export type FunctionAssignmentRow = InferEntity<typeof FunctionAssignment>;
