import type { ExecutionOutput } from '@takaro/contracts/modules/execution-history';
import type { ExecutionRow } from '../entities/execution.entity.ts';
import { rowOutput } from '../outputs.ts';

export const executionOutput = (row: ExecutionRow): ExecutionOutput => ({
  state: row.state,
  trigger: row.trigger,
  causeId: row.causeId,
  componentId: row.componentId,
  componentName: row.componentName,
  assignmentId: row.assignmentId,
  functionId: row.functionId,
  installationId: row.installationId,
  moduleId: row.moduleId,
  versionId: row.versionId,
  gameServerId: row.gameServerId,
  playerId: row.playerId ?? null,
  attempt: row.attempt,
  startedAt: row.startedAt?.toISOString() ?? null,
  finishedAt: row.finishedAt?.toISOString() ?? null,
  durationMs: row.durationMs ?? null,
  cpuMs: row.cpuMs ?? null,
  calls: row.calls ?? null,
  reason: row.reason ?? null,
  rerunOf: row.rerunOf ?? null,
  ...rowOutput(row),
});
