import { randomBytes } from 'node:crypto';
import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import {
  type ClaimAnswer,
  claimExecution,
  type ExecutionOrder,
  finishExecution,
  getVersionContent,
  heartbeatExecutions,
  markEffect,
  type RunResult,
} from '@takaro/contracts/modules/executions';
import { executionSubject } from '@takaro/contracts/subjects';
import type { World } from '@takaro/testing/world';

/** What modules would know of an execution. */
export interface Entry {
  state: 'running' | 'finished';
  attempt: number;
  /** Each claim's answer, in order. */
  readonly claims: string[];
  effects: boolean;
  heartbeats: number;
  readonly results: RunResult[];
}

/** Modules as the runner sees it, kept in memory: a neighbour that claims, marks, renews and finishes by the contracts. */
export interface Ledger {
  /** Of all executions, in the order in which they were claimed first. */
  readonly order: readonly string[];
  entry(executionId: string): Entry | undefined;
  /** Its lease is over: heartbeats name it as lost, and the next claim begins a new attempt. */
  lose(executionId: string): void;
  refuse(executionId: string): void;
  /** The next marks of any execution are refused so often: modules or its database is away. */
  failMarks(count: number): void;
  /** So often contents of versions are not given in time. */
  failContents(count: number): void;
  /** The next finishes of any execution are not taken: modules is away. */
  failFinishes(count: number): void;
  readonly contentsAsked: () => number;
  /** Queues one order that runs the codes one after the other. Answers the executions' ids. */
  queue(domainId: string, codes: readonly string[]): Promise<string[]>;
  publish(order: ExecutionOrder): Promise<void>;
}

export const randomDomain = (): string => `test-${randomBytes(5).toString('hex')}`;

export async function openLedger(world: World): Promise<Ledger> {
  const entries = new Map<string, Entry>();
  const order: string[] = [];
  const lost = new Set<string>();
  const versions = new Map<string, { id: string; name: null; code: string }[]>();
  let contentsAsked = 0;
  let finishesToFail = 0;
  let marksToFail = 0;
  let contentsToFail = 0;
  const refused = new Set<string>();
  const blank = (): Entry => ({ state: 'running', attempt: 0, claims: [], effects: false, heartbeats: 0, results: [] });

  const refusalOf = (executionId: string, { state, claims }: Entry): 'refused' | 'finished' | 'taken' | null => {
    if (refused.has(executionId)) return 'refused';
    if (state === 'finished') return 'finished';
    return claims.length === 0 || lost.delete(executionId) ? null : 'taken';
  };

  await world.neighbour(claimExecution, async ({ order: asked, executionId }, { domainId }): Promise<ClaimAnswer> => {
    const entry = entries.get(executionId) ?? blank();
    if (!entries.has(executionId)) order.push(executionId);
    entries.set(executionId, entry);
    const refusal = refusalOf(executionId, entry);
    entry.claims.push(refusal ?? 'claimed');
    if (refusal) return { outcome: refusal };
    entry.attempt += 1;
    const { versionId } = asked;
    const token = await world.tokens.execution(domainId, { moduleId: asked.moduleId });
    const data = { ...asked.data, gameServerId: asked.gameServerId, module: { moduleId: asked.moduleId } };
    const leaseUntil = new Date().toISOString();
    return { outcome: 'claimed', attempt: entry.attempt, leaseUntil, token, versionId, versionRevision: 1, data };
  });
  await world.neighbour(getVersionContent, ({ versionId, revision }) => {
    contentsAsked += 1;
    contentsToFail -= 1;
    if (contentsToFail >= 0) throw new ServiceError('DEADLINE_EXCEEDED');
    return { revision, version: { id: versionId, tag: 'latest' }, functions: versions.get(versionId) ?? [] };
  });
  await world.neighbour(markEffect, ({ executionId, attempt }) => {
    marksToFail -= 1;
    if (marksToFail >= 0) throw new ServiceError('UNAVAILABLE');
    const entry = entries.get(executionId);
    if (entry?.attempt !== attempt) return { current: false };
    entry.effects = true;
    return { current: true };
  });
  await world.neighbour(heartbeatExecutions, async ({ running }, { domainId }) => {
    for (const { executionId } of running) entries.get(executionId)!.heartbeats += 1;
    const ids = running.map(({ executionId }) => executionId);
    const held = ids.filter((id) => !lost.has(id));
    const renewed = held.map(async (executionId) => ({ executionId, token: await world.tokens.execution(domainId) }));
    return { lost: ids.filter((id) => lost.has(id)), renewed: await Promise.all(renewed) };
  });
  await world.neighbour(finishExecution, ({ executionId, attempt, result }) => {
    finishesToFail -= 1;
    if (finishesToFail >= 0) throw new ServiceError('UNAVAILABLE');
    const entry = entries.get(executionId);
    if (entry?.attempt !== attempt || entry.state === 'finished') return { current: false };
    entry.state = 'finished';
    entry.results.push(result);
    return { current: true };
  });

  const bus = await world.busFor('modules');
  const publish = async (message: ExecutionOrder): Promise<void> => {
    await bus.publish(executionSubject(message.domainId, message.trigger), message, { msgId: newId() });
  };
  const queue = async (domainId: string, codes: readonly string[]): Promise<string[]> => {
    const message = orderOf(domainId, codes);
    versions.set(
      message.versionId,
      message.assignments.map(({ functionId }, index) => ({ id: functionId, name: null, code: codes[index]! })),
    );
    await publish(message);
    return message.assignments.map(({ executionId }) => executionId);
  };
  return {
    order,
    entry: (executionId) => entries.get(executionId),
    lose: (executionId) => void lost.add(executionId),
    refuse: (executionId) => void refused.add(executionId),
    failContents: (count) => {
      contentsToFail = count;
    },
    failMarks: (count) => {
      marksToFail = count;
    },
    failFinishes: (count) => {
      finishesToFail = count;
    },
    contentsAsked: () => contentsAsked,
    queue,
    publish,
  };
}

export function orderOf(domainId: string, codes: readonly string[]): ExecutionOrder {
  const order = {
    domainId,
    trigger: 'command' as const,
    causeId: newId(),
    installationId: newId(),
    gameServerId: newId(),
    moduleId: newId(),
    versionId: newId(),
    componentId: newId(),
    componentName: 'ping',
    assignments: codes.map(() => ({ executionId: newId(), assignmentId: newId(), functionId: newId() })),
    depth: 0,
    data: { arguments: {} },
  };
  return order;
}
