import type { ClaimAnswer, ExecutionOrder } from '@takaro/contracts/modules/executions';
import type { InstalledComponent, TenantModules } from '../matching/tenant-modules.ts';
import type { Parts } from '../parts.ts';
import type { Batches } from './batches.ts';
import type { ClaimedRow } from './claim-rows.ts';
import { executionColumns, type ExecutionColumns } from './execution-columns.ts';
import { executionToken } from './execution-token.ts';
import { refuseBegun } from './refuse-begun.ts';
import { refuse } from './refuse.ts';
import { writeClaims } from './write-claims.ts';

export interface Claim {
  readonly order: ExecutionOrder;
  readonly executionId: string;
}

interface Asked extends Claim {
  readonly component: InstalledComponent;
  readonly columns: ExecutionColumns;
}

/** Writes a batch of claims of one domain. Who asks twice in a batch gets it once. */
export async function claimBatch(parts: Parts, domainId: string, claims: readonly Claim[]): Promise<readonly ClaimAnswer[]> {
  const modules = await parts.modules.current(domainId);
  const limits = await parts.neighbours.limitsOf(domainId);
  const asked = new Map<string, Asked>();
  const answers = new Map<Claim, ClaimAnswer>();
  for (const claim of claims) {
    const component = runnable(modules, claim.order);
    const columns = component && executionColumns(claim.order, claim.executionId);
    if (limits.state !== 'ACTIVE' || !component || !columns) answers.set(claim, await refuseClaim(parts, claim, limits.state));
    else if (!asked.has(claim.executionId)) asked.set(claim.executionId, { ...claim, component, columns });
  }
  const results = await claimAll(parts, domainId, [...asked.values()], limits);
  const given = new Set<string>();
  return claims.map((claim) => {
    const answer = answers.get(claim) ?? results.get(claim.executionId) ?? { outcome: 'taken' };
    if (answer.outcome === 'claimed' && given.has(claim.executionId)) return { outcome: 'taken' };
    given.add(claim.executionId);
    return answer;
  });
}

/** What an order means, if it may still be run: installed, enabled, and the function still assigned. */
function runnable(modules: TenantModules, { installationId, componentId }: ExecutionOrder): InstalledComponent | undefined {
  const component = modules.component(installationId, componentId);
  return component?.enabled ? component : undefined;
}

const refuseClaim = (parts: Parts, claim: Claim, state: string): Promise<ClaimAnswer> =>
  answerRefused(parts, claim, state === 'ACTIVE' ? 'The module was disabled or uninstalled' : 'The domain is not active');

async function answerRefused(parts: Parts, { order, executionId }: Claim, reason: string): Promise<ClaimAnswer> {
  const refused = await refuse(parts, { order, executionId, reason });
  return { outcome: refused ? 'refused' : 'finished' };
}

interface Rate {
  readonly rateLimitPoints: number;
  readonly rateLimitDuration: number;
}

async function claimAll(parts: Parts, domainId: string, asked: readonly Asked[], rate: Rate): Promise<Map<string, ClaimAnswer>> {
  if (asked.length === 0) return new Map();
  const { clock, limits } = parts.context;
  const now = clock.now();
  const leaseUntil = new Date(now + limits.leaseMs);
  const sweepAt = new Date(now + limits.heartbeatLeaseMs);
  const times = { now: new Date(now), leaseUntil, sweepAt, windowMs: rate.rateLimitDuration };
  const { rows, beside } = await writeClaims(parts.db, domainId, asked, times);
  let over = Math.max(0, (rows[0]?.used ?? 0) - rate.rateLimitPoints);
  const results = new Map<string, ClaimAnswer>();
  for (const one of asked) {
    const row = rows.find(({ id }) => id === one.executionId);
    if (row?.fresh && over > 0) {
      over -= 1;
      const tryAgainIn = Math.max(0, row.openedAt.getTime() + rate.rateLimitDuration - now);
      await refuseBegun(parts, { ...one, reason: 'rate limited', tryAgainIn });
      results.set(one.executionId, { outcome: 'refused' });
    } else if (beside.has(one.executionId))
      results.set(one.executionId, await answerRefused(parts, one, 'The run before it has not ended'));
    else results.set(one.executionId, await answerOf(parts, one, row, leaseUntil));
  }
  return results;
}

async function answerOf(parts: Parts, asked: Asked, row: ClaimedRow | undefined, leaseUntil: Date): Promise<ClaimAnswer> {
  if (!row?.attempt) return { outcome: stateOutcome(row?.state ?? null) };
  const { order, executionId, component, columns } = asked;
  parts.claimed.add(executionId, row.attempt, { order, functionId: columns.functionId });
  const { domainId, moduleId, depth } = order;
  const token = await executionToken(parts, { executionId, attempt: row.attempt, domainId, moduleId, depth });
  return {
    outcome: 'claimed',
    attempt: row.attempt,
    leaseUntil: leaseUntil.toISOString(),
    token,
    versionId: component.installation.versionId,
    versionRevision: component.installation.versionRevision,
    data: dataOf(order, component, columns.functionId),
  };
}

const stateOutcome = (state: string | null): 'taken' | 'refused' | 'finished' => {
  if (state === null || state === 'running' || state === 'queued') return 'taken';
  return state === 'refused' ? 'refused' : 'finished';
};

/** `data` of functions, but for what the runner adds. Configuration is that of now, not of when the order was queued. */
function dataOf(order: ExecutionOrder, { installation }: InstalledComponent, functionId: string): Record<string, unknown> {
  const { gameServerId, versionRevision: _, ...module } = installation;
  return {
    domainId: order.domainId,
    functionId,
    itemId: order.componentId,
    gameServerId,
    module: { ...module, gameserverId: gameServerId },
    ...(order.player && { player: order.player }),
    ...(order.pog && { pog: order.pog }),
    ...order.data,
  };
}

export type ClaimBatches = Batches<Claim, ClaimAnswer>;
