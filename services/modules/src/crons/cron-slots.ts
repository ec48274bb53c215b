import { ServiceError } from '@takaro/contracts/errors';
import { Cron } from 'croner';

/** @throws ServiceError CRON_INVALID, with the reason */
export function checkCronPattern(temporalValue: string, intervalMs: number): void {
  const reason = problemOf(temporalValue, intervalMs);
  if (reason === null) return;
  const details = [{ property: 'temporalValue', value: temporalValue, constraints: { isCronPattern: `temporalValue ${reason}` } }];
  throw new ServiceError('CRON_INVALID', { params: { reason }, details });
}

/**
 * So many slots show the shortest time between two of a pattern with seconds: those of a minute, and the first of the next. What does not
 * come within hours is not looked for: finding the slots of a pattern for leap days takes long.
 */
const SLOTS_LOOKED_AT = 100;
const LOOKED_AHEAD_MS = 2 * 3_600_000;

function problemOf(temporalValue: string, intervalMs: number): string | null {
  if (!isPattern(temporalValue)) return 'is not a cron pattern';
  let slot = nextSlot(temporalValue, 'UTC', Date.now());
  if (slot === null) return 'is a cron pattern that never comes due';
  // Without seconds it is a minute at least.
  if (fieldsOf(temporalValue) < 6) return null;
  const end = slot.getTime() + LOOKED_AHEAD_MS;
  for (let count = 0; slot !== null && slot.getTime() < end && count < SLOTS_LOOKED_AT; count += 1) {
    const next = nextSlot(temporalValue, 'UTC', slot.getTime());
    if (next && next.getTime() - slot.getTime() < intervalMs) return `comes due more often than every ${intervalMs / 1_000} seconds`;
    slot = next;
  }
  return null;
}

const fieldsOf = (temporalValue: string): number => temporalValue.trim().split(/\s+/).length;

function isPattern(temporalValue: string): boolean {
  // A date in place of a pattern would fire once; the published API takes patterns only.
  if (!/^[^\sT]+(?:\s+\S+){4,5}$/.test(temporalValue.trim())) return false;
  try {
    return Boolean(new Cron(temporalValue.trim(), { timezone: 'UTC' }));
  } catch {
    return false;
  }
}

/** Checks what an installation says in place of the cron jobs' own patterns. @throws ServiceError CRON_INVALID */
export function checkCronPatternsOf(systemConfig: Readonly<Record<string, unknown>>, intervalMs: number): void {
  const { cronJobs } = systemConfig;
  if (typeof cronJobs !== 'object' || cronJobs === null) return;
  for (const config of Object.values(cronJobs)) {
    const pattern: unknown = Reflect.get(Object(config), 'temporalValue');
    if (typeof pattern === 'string') checkCronPattern(pattern, intervalMs);
  }
}

/**
 * When a pattern comes due next, strictly after a moment, read in a time zone; null when it never does or is none. Where clocks jump
 * ahead, a time that does not exist is taken as the first one after the gap; where they go back, a daily time comes once and a
 * wildcard in the doubled hour comes in both (croner's rule).
 */
export function nextSlot(temporalValue: string, timezone: string, after: number): Date | null {
  if (!isPattern(temporalValue)) return null;
  try {
    return new Cron(temporalValue.trim(), { timezone }).nextRun(new Date(after));
  } catch {
    return null;
  }
}

/** What becomes of slots that nobody was there to run. */
export const MISSED_POLICIES = ['skip', 'once', 'all'] as const;
export type MissedPolicy = (typeof MISSED_POLICIES)[number];

interface Due {
  readonly temporalValue: string;
  readonly timezone: string;
  /** The first slot that was not run. */
  readonly slot: Date;
  readonly now: number;
}

/**
 * Which slots are run now. One that is found late is run as long as the next is not due. Where several came due, `skip` runs none of
 * them, `once` the last, and `all` the last `most`, in their order.
 */
export function slotsToRun({ temporalValue, timezone, slot, now }: Due, policy: MissedPolicy, most: number): readonly Date[] {
  const second = nextSlot(temporalValue, timezone, slot.getTime());
  if (second === null || second.getTime() > now) return [slot];
  if (policy === 'skip') return [];
  const count = policy === 'once' ? 1 : most;
  return lastSlots({ temporalValue, timezone, slot, now }, count);
}

function lastSlots({ temporalValue, timezone, slot, now }: Due, count: number): Date[] {
  const back = new Cron(temporalValue.trim(), { timezone }).previousRuns(count + 1, new Date(now + 1_000)).at(-1);
  const from = Math.max(slot.getTime(), back?.getTime() ?? 0) - 1_000;
  const found: Date[] = [];
  for (let at = nextSlot(temporalValue, timezone, from); at && at.getTime() <= now; at = nextSlot(temporalValue, timezone, at.getTime()))
    found.push(at);
  return found.slice(-count);
}
