import { bareEvent, type EventEnvelope } from '@takaro/contracts/event-envelope';
import { deriveId } from '@takaro/contracts/ids';
import type { ExecutedResult } from '@takaro/contracts/modules/events';
import type { ExecutionOrder } from '@takaro/contracts/modules/executions';

export interface Executed {
  readonly order: ExecutionOrder;
  readonly executionId: string;
  readonly functionId: string;
  readonly result: ExecutedResult;
  readonly at: Date;
}

const NAMES = { command: 'command-executed', hook: 'hook-executed', cronjob: 'cronjob-executed' } as const;

/** One execution ends once, so that its event has one id. It is one deeper than what made the function run. */
export const executedEvent = ({ order, executionId, functionId, result, at }: Executed): EventEnvelope =>
  bareEvent({
    id: deriveId('executed', executionId),
    name: NAMES[order.trigger],
    domainId: order.domainId,
    occurredAt: at.toISOString(),
    gameServerId: order.gameServerId,
    playerId: order.pog?.playerId ?? order.player?.id ?? null,
    moduleId: order.moduleId,
    meta: {
      result,
      [order.trigger]: {
        id: order.componentId,
        name: order.componentName,
        ...(order.trigger === 'command' && { arguments: order.data['arguments'] ?? {} }),
      },
      execution: { id: executionId, functionId },
      timestamp: at.toISOString(),
    },
    depth: order.depth + 1,
    ...(order.player && { player: order.player }),
    ...(order.pog && { pog: order.pog }),
  });
