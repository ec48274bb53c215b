import { setTimeout as delay } from 'node:timers/promises';
import { ServiceError } from '@takaro/contracts/errors';
import { deriveId } from '@takaro/contracts/ids';
import { Instant, Strict, Uuid } from '@takaro/contracts/shapes';
import { matches } from '@takaro/contracts/validate';
import { startTicker } from '@takaro/process';
import type { DueEntry, DueItem } from '@takaro/tenant-db';
import { Type } from 'typebox';
import { dispatch } from '../executions/dispatch.ts';
import type { Parts } from '../parts.ts';
import { slotsToRun } from './cron-slots.ts';
import { CRON_KIND, type CronEntry, cronEntryAfter } from './schedule-cron-jobs.ts';

const EVERY_MS = 250;
/**
 * Slots that are fired in one transaction, beside one another, and the breath after it: what comes due at the full hour is spread over
 * seconds, 10,000 slots over less than 30 in one process, so that what players do meanwhile does not wait for it.
 */
const AT_ONCE = 20;
const BREATH_MS = 20;

const Entry = Strict({
  installationId: Uuid,
  cronJobId: Uuid,
  temporalValue: Type.String(),
  timezone: Type.String(),
  slot: Type.Optional(Instant),
});

/** Any number of processes may do this: an entry that is due is handed to one, and a slot has one id. */
export const startScheduler = (parts: Parts): AsyncDisposable =>
  startTicker({
    name: 'scheduler',
    everyMs: EVERY_MS,
    log: parts.context.log,
    tick: async (signal) => {
      for (let taken = AT_ONCE; taken === AT_ONCE && !signal.aborted; await delay(BREATH_MS)) {
        const now = new Date(parts.context.clock.now());
        taken = await parts.db.takeDueTogether({ kind: CRON_KIND, now, limit: AT_ONCE }, (item) => fire(parts, item));
      }
    },
  });

/** Runs a cron job for what is due and answers its next slot; null for what is not installed or not enabled any more. */
async function fire(parts: Parts, item: DueItem): Promise<DueEntry | null> {
  try {
    return await fireSlots(parts, item);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'DOMAIN_UNKNOWN') return null;
    throw error;
  }
}

async function fireSlots(parts: Parts, { payload, domainId, dueAt }: DueItem): Promise<DueEntry | null> {
  if (!matches<CronEntry>(Entry, payload)) return null;
  const { installationId, cronJobId, temporalValue, timezone } = payload;
  const modules = await parts.modules.current(domainId);
  const job = modules.component(installationId, cronJobId);
  if (job?.kind !== 'cronjob' || !job.enabled) return null;
  const now = parts.context.clock.now();
  const first = payload.slot === undefined ? dueAt : new Date(payload.slot);
  const slots = slotsToRun({ temporalValue, timezone, slot: first, now }, job.missed, parts.context.limits.cronMissed);
  if (slots[0] !== first) parts.context.log.warn({ domainId, cronJobId, slot: first.toISOString(), late: slots.length }, 'slots missed');
  for (const slot of slots) {
    const causeId = deriveId('slot', installationId, cronJobId, slot.toISOString());
    await dispatch(parts, job, { domainId, causeId, depth: 0, data: {} }, { alone: job.overlap === 'skip' });
  }
  return cronEntryAfter({ ...payload, temporalValue: job.temporalValue }, Math.max(now, first.getTime()));
}
