import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';
import type { ExecutionState } from '@takaro/contracts/modules/execution-history';
import type { ExecutionOrder, RunResult, Trigger } from '@takaro/contracts/modules/executions';
import { rowProperties } from '@takaro/tenant-db';

const instant = () => p.datetime().columnType('timestamptz(3)');

export const Execution = defineEntity({
  name: 'Execution',
  tableName: 'execution',
  schema: '*',
  properties: {
    ...rowProperties,
    state: p.text().$type<ExecutionState>(),
    trigger: p.text().$type<Trigger>(),
    causeId: p.uuid(),
    componentId: p.uuid(),
    componentName: p.text(),
    assignmentId: p.uuid(),
    functionId: p.uuid(),
    installationId: p.uuid(),
    moduleId: p.uuid(),
    versionId: p.uuid(),
    gameServerId: p.uuid(),
    playerId: p.uuid().nullable(),
    attempt: p.integer(),
    effects: p.boolean().hidden(),
    leaseUntil: instant().nullable(),
    order: p.json<ExecutionOrder>().nullable().hidden().lazy(),
    startedAt: instant().nullable(),
    finishedAt: instant().nullable(),
    durationMs: p.float().nullable(),
    cpuMs: p.float().nullable(),
    calls: p.integer().nullable(),
    reason: p.text().nullable(),
    logs: p.json<RunResult['logs']>().lazy(),
    truncated: p.boolean(),
    rerunOf: p.uuid().nullable(),
  },
});
export type ExecutionRow = InferEntity<typeof Execution>;

export const Variable = defineEntity({
  name: 'Variable',
  tableName: 'variable',
  schema: '*',
  properties: {
    ...rowProperties,
    key: p.string(),
    value: p.text(),
    expiresAt: instant().nullable(),
    gameServerId: p.uuid().nullable(),
    playerId: p.uuid().nullable(),
    moduleId: p.uuid().nullable(),
  },
});
export type VariableRow = InferEntity<typeof Variable>;
