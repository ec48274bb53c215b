import type { ExecutionOrder } from '@takaro/contracts/modules/executions';

/** One function of an order, as its row is written. */
export interface ExecutionColumns {
  readonly id: string;
  readonly trigger: ExecutionOrder['trigger'];
  readonly causeId: string;
  readonly componentId: string;
  readonly componentName: string;
  readonly assignmentId: string;
  readonly functionId: string;
  readonly installationId: string;
  readonly moduleId: string;
  readonly versionId: string;
  readonly gameServerId: string;
  readonly playerId: string | null;
  readonly order: ExecutionOrder | null;
}

/** Answers undefined when the execution is none of the order's. */
export function executionColumns(order: ExecutionOrder, executionId: string): ExecutionColumns | undefined {
  const assigned = order.assignments.find((one) => one.executionId === executionId);
  if (!assigned) return undefined;
  return {
    id: executionId,
    trigger: order.trigger,
    causeId: order.causeId,
    componentId: order.componentId,
    componentName: order.componentName,
    assignmentId: assigned.assignmentId,
    functionId: assigned.functionId,
    installationId: order.installationId,
    moduleId: order.moduleId,
    versionId: order.versionId,
    gameServerId: order.gameServerId,
    playerId: order.pog?.playerId ?? order.player?.id ?? null,
    order,
  };
}

export const COLUMN_NAMES = `"id", "trigger", "causeId", "componentId", "componentName", "assignmentId", "functionId",
  "installationId", "moduleId", "versionId", "gameServerId", "playerId"`;

/** Reads a JSON list of columns as rows of SQL. */
export const COLUMN_RECORD = `jsonb_to_recordset($1::jsonb) as "asked" ("id" uuid, "trigger" text, "causeId" uuid, "componentId" uuid,
  "componentName" text, "assignmentId" uuid, "functionId" uuid, "installationId" uuid, "moduleId" uuid, "versionId" uuid,
  "gameServerId" uuid, "playerId" uuid, "order" jsonb)`;
