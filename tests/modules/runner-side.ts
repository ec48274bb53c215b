import type { RequestContract } from '@takaro/contracts/contract';
import {
  claimExecution,
  type ClaimAnswer,
  type ExecutionOrder,
  finishExecution,
  heartbeatExecutions,
  markEffect,
  type RunResult,
} from '@takaro/contracts/modules/executions';
import type { World } from '@takaro/testing/world';

/** What the runner asks of modules, for the executions of one order. */
export interface RunnerSide {
  readonly call: <In, Out>(contract: RequestContract<In, Out>, input: In) => Promise<Out>;
  claim(order: ExecutionOrder, index?: number): Promise<ClaimAnswer>;
  finish(order: ExecutionOrder, attempt: number, result?: Partial<RunResult>, index?: number): Promise<{ current: boolean }>;
  heartbeat(
    order: ExecutionOrder,
    attempt: number,
    effects?: boolean,
  ): Promise<{ lost: string[]; renewed: { executionId: string; token: string }[] }>;
  markEffect(order: ExecutionOrder, attempt: number): Promise<{ current: boolean }>;
}

export const GOOD_RUN: RunResult = {
  success: true,
  logs: [{ msg: 'pong', details: { args: [] } }],
  truncated: false,
  calls: 1,
  durationMs: 12.5,
  cpuMs: 3,
};

export async function runnerSide(world: World, domainId: string): Promise<RunnerSide> {
  const bus = await world.busFor('runner');
  const call: RunnerSide['call'] = async (contract, input) =>
    bus.call(contract, input, { domainId, token: await bus.serviceToken(domainId) });
  const idOf = (order: ExecutionOrder, index = 0): string => order.assignments[index]!.executionId;
  return {
    call,
    claim: (order, index) => call(claimExecution, { order, executionId: idOf(order, index) }),
    finish: (order, attempt, result = {}, index = 0) =>
      call(finishExecution, { executionId: idOf(order, index), attempt, result: { ...GOOD_RUN, ...result } }),
    heartbeat: (order, attempt, effects = false) =>
      call(heartbeatExecutions, { running: [{ executionId: idOf(order), attempt, effects }] }),
    markEffect: (order, attempt) => call(markEffect, { executionId: idOf(order), attempt }),
  };
}
