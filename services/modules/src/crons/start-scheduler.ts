import { deriveId } from '@takaro/contracts/ids';
import { Strict, Uuid } from '@takaro/contracts/shapes';
import { matches } from '@takaro/contracts/validate';
import type { DueItem, Tx } from '@takaro/tenant-db';
import { Type } from 'typebox';
import { dispatch } from '../executions/dispatch.ts';
import type { Parts } from '../parts.ts';
import { startTicker } from '../ticker.ts';
import { isStillDue } from './cron-slots.ts';
import { CRON_KIND, type CronEntry, scheduleCronJob } from './schedule-cron-jobs.ts';

const EVERY_MS = 250;
const AT_ONCE = 500;

const Entry = Strict({ installationId: Uuid, cronJobId: Uuid, temporalValue: Type.String(), timezone: Type.String() });

/** Any number of processes may do this: an entry that is due is handed to one, and a slot has one id. */
export const startScheduler = (parts: Parts): AsyncDisposable =>
  startTicker({
    name: 'scheduler',
    everyMs: EVERY_MS,
    log: parts.context.log,
    tick: async () => {
      const now = new Date(parts.context.clock.now());
      await parts.db.takeDue({ kind: CRON_KIND, now, limit: AT_ONCE }, (item, tx) => fireSlot(parts, item, tx));
    },
  });

/**
 * Runs a cron job for the slot that is due and sets the next one. A slot that is found later than the one after it is skipped, so
 * that a scheduler that was away does not run all it missed. What is not installed or not enabled any more is forgotten.
 */
export async function fireSlot(parts: Parts, { payload, domainId, dueAt }: DueItem, tx: Tx): Promise<void> {
  if (!matches<CronEntry>(Entry, payload)) return;
  const { installationId, cronJobId, timezone } = payload;
  const modules = await parts.modules.current(domainId);
  const job = modules.component(installationId, cronJobId);
  if (job?.kind !== 'cronjob' || !job.enabled) return;
  const now = parts.context.clock.now();
  if (isStillDue(payload.temporalValue, timezone, dueAt, now)) {
    const causeId = deriveId('slot', installationId, cronJobId, dueAt.toISOString());
    await dispatch(parts, job, { domainId, causeId, depth: 0, data: {} });
  } else parts.context.log.warn({ domainId, cronJobId, slot: dueAt.toISOString() }, 'slot skipped');
  await scheduleCronJob(tx, { ...payload, temporalValue: job.temporalValue }, Math.max(now, dueAt.getTime()));
}
