import { Type, type Static } from 'typebox';
import { request } from '../contract.ts';
import { Search } from '../search.ts';
import { Instant, Nullable, OneOf, Page, rowColumns, Strict, Uuid } from '../shapes.ts';
import { LogLine, TRIGGERS } from './executions.ts';

/** Where an execution stands. The last four are final. */
export const EXECUTION_STATES = ['queued', 'running', 'succeeded', 'failed', 'interrupted', 'refused'] as const;
export type ExecutionState = (typeof EXECUTION_STATES)[number];

/** Ours: one run of one function. */
export const ExecutionOutput = Type.Object({
  state: OneOf(EXECUTION_STATES),
  trigger: OneOf(TRIGGERS),
  /** What caused it: the event, the slot of a cron job, or a manual trigger. */
  causeId: Uuid,
  /** The command, hook or cron job, and its name at that time. */
  componentId: Uuid,
  componentName: Type.String(),
  assignmentId: Uuid,
  functionId: Uuid,
  installationId: Uuid,
  moduleId: Uuid,
  versionId: Uuid,
  gameServerId: Uuid,
  playerId: Nullable(Uuid),
  attempt: Type.Integer({ minimum: 0 }),
  startedAt: Nullable(Instant),
  finishedAt: Nullable(Instant),
  durationMs: Nullable(Type.Number()),
  cpuMs: Nullable(Type.Number()),
  calls: Nullable(Type.Integer()),
  /** Why it did not succeed, where the function's own code is not the reason. */
  reason: Nullable(Type.String()),
  /** The execution that a person ran again as this one. */
  rerunOf: Nullable(Uuid),
  ...rowColumns,
});
export type ExecutionOutput = Static<typeof ExecutionOutput>;

export const ExecutionWithLogs = Type.Object({
  ...ExecutionOutput.properties,
  logs: Type.Array(LogLine),
  /** Lines were left out because the output was over its limit. */
  truncated: Type.Boolean(),
});
export type ExecutionWithLogs = Static<typeof ExecutionWithLogs>;

export const searchExecutions = request({
  service: 'modules',
  operation: 'search-executions',
  permission: ['READ_MODULES', 'READ_EVENTS'],
  rest: { method: 'POST', path: '/execution/search', id: 'ExecutionController_search' },
  input: Search({
    filters: {
      id: Uuid,
      state: OneOf(EXECUTION_STATES),
      trigger: OneOf(TRIGGERS),
      causeId: Uuid,
      componentId: Uuid,
      assignmentId: Uuid,
      functionId: Uuid,
      installationId: Uuid,
      moduleId: Uuid,
      versionId: Uuid,
      gameServerId: Uuid,
      playerId: Uuid,
      rerunOf: Uuid,
    },
    search: ['componentName', 'reason'],
    ranges: { createdAt: Instant, updatedAt: Instant, startedAt: Instant, finishedAt: Instant },
  }),
  output: Page(ExecutionOutput),
  errors: [],
});

export const getExecution = request({
  service: 'modules',
  operation: 'get-execution',
  permission: ['READ_MODULES', 'READ_EVENTS'],
  rest: { method: 'GET', path: '/execution/:id', id: 'ExecutionController_getOne' },
  input: Strict({ id: Uuid }),
  output: ExecutionWithLogs,
  errors: ['EXECUTION_NOT_FOUND'],
});

/**
 * Runs the function once more with what it was run with then, as an execution of its own. For people: what failed or was interrupted may
 * have had effects, and somebody has to have looked. It costs the player nothing. Answers when it is sure to be run.
 */
export const rerunExecution = request({
  service: 'modules',
  operation: 'rerun-execution',
  permission: 'MANAGE_MODULES',
  executions: 'refused',
  rest: { method: 'POST', path: '/execution/:id/rerun', id: 'ExecutionController_rerun' },
  input: Strict({ id: Uuid }),
  output: ExecutionOutput,
  errors: ['EXECUTION_NOT_FOUND', 'EXECUTION_NOT_RERUNNABLE', 'INSTALLATION_NOT_FOUND'],
});
