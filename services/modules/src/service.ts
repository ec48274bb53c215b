import { createRingSigner, serve } from '@takaro/bus';
import { databaseFrom, type ServiceContext, signingKeysFrom } from '@takaro/process';
import { openTenantDb, type TenantDb } from '@takaro/tenant-db';
import { moduleAnswers, runtimeAnswers } from './answers.ts';
import { startScheduler } from './crons/start-scheduler.ts';
import * as components from './entities/component.entity.ts';
import { Execution, Variable } from './entities/execution.entity.ts';
import { Module, ModuleInstallation, ModuleVersion } from './entities/module.entity.ts';
import { createBatches } from './executions/batches.ts';
import { type Claim, claimBatch } from './executions/claim.ts';
import { ClaimedOrders } from './executions/claimed-orders.ts';
import { startDelayedOrders } from './executions/delayed-orders.ts';
import type { Finish } from './executions/finish-rows.ts';
import { finishBatch } from './executions/finish.ts';
import { type Attempt, markEffects } from './executions/mark-effects.ts';
import { createMessenger } from './executions/messenger.ts';
import { openOrderSeal } from './executions/order-seal.ts';
import { startPurge } from './executions/purge.ts';
import { startSweeper } from './executions/start-sweeper.ts';
import { openWaitingRoom } from './executions/waiting.ts';
import { createPatternMatcher } from './matching/pattern-matcher.ts';
import { createTenantModulesCache } from './matching/tenant-modules-cache.ts';
import { openNeighbours } from './neighbours.ts';
import type { Parts } from './parts.ts';
import { consumeEvents } from './reactions/match-events.ts';
import { consumeLogs } from './reactions/match-logs.ts';

export const openModulesDb = ({ env, bus, log }: Pick<ServiceContext, 'env' | 'bus' | 'log'>): Promise<TenantDb> =>
  openTenantDb({
    service: 'modules',
    ...databaseFrom(env),
    entities: [
      Module,
      ModuleVersion,
      ModuleInstallation,
      components.FunctionEntity,
      components.Hook,
      components.Command,
      components.CommandArgument,
      components.Cron,
      components.FunctionAssignment,
      Execution,
      Variable,
    ],
    folder: `${import.meta.dirname}/..`,
    log,
    bus,
  });

/** Keeps modules, matches events to them, schedules their cron jobs and leads every execution through its life. */
export async function startModules(context: ServiceContext, db: TenantDb): Promise<AsyncDisposable> {
  const { bus, log, limits } = context;
  await using opening = new AsyncDisposableStack();
  const parts: Parts = {
    context,
    db,
    // The one key that can say that somebody is an execution.
    signer: await createRingSigner(signingKeysFrom(context.env), { issuer: 'modules', kind: 'execution' }),
    neighbours: opening.use(openNeighbours(bus)),
    modules: createTenantModulesCache(db),
    patterns: opening.use(createPatternMatcher({ limitMs: limits.regexMs, log })),
    messenger: opening.use(createMessenger(bus)),
    waiting: await openWaitingRoom(bus, limits.domainWaiting),
    claimed: new ClaimedOrders(),
    seal: await openOrderSeal(db),
  };
  const claims = opening.use(createBatches((domainId, list: readonly Claim[]) => claimBatch(parts, domainId, list)));
  const finishes = opening.use(createBatches((domainId, list: readonly Finish[]) => finishBatch(parts, domainId, list)));
  const marks = opening.use(createBatches((domainId, list: readonly Attempt[]) => markEffects(db, domainId, list)));
  const list = [...db.provisioningAnswers(), ...moduleAnswers(parts), ...runtimeAnswers(parts, { claims, finishes, marks })];
  opening.use(await serve(bus, list));
  opening.use(startSweeper(parts));
  opening.use(startPurge(parts));
  opening.use(startScheduler(parts));
  opening.use(startDelayedOrders(parts));
  opening.use(await consumeEvents(parts));
  opening.use(await consumeLogs(parts));
  return opening.move();
}

export async function startModulesProcess(context: ServiceContext): Promise<AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const db = opening.use(await openModulesDb(context));
  context.readiness.add('tenants are not migrated', async () => (await db.pendingMigrations()) === 0);
  opening.use(await startModules(context, db));
  return opening.move();
}
