import { ServiceError } from '@takaro/contracts/errors';
import { Cron } from 'croner';

/** A pattern that V8's clock never reaches is no pattern. @throws ServiceError CRON_INVALID */
export function checkCronPattern(temporalValue: string): void {
  if (nextSlot(temporalValue, 'UTC', Date.now()) === null) throw new ServiceError('CRON_INVALID');
}

/** Checks what an installation says in place of the cron jobs' own patterns. @throws ServiceError CRON_INVALID */
export function checkCronPatternsOf(systemConfig: Readonly<Record<string, unknown>>): void {
  const { cronJobs } = systemConfig;
  if (typeof cronJobs !== 'object' || cronJobs === null) return;
  for (const config of Object.values(cronJobs)) {
    const pattern: unknown = Reflect.get(Object(config), 'temporalValue');
    if (typeof pattern === 'string') checkCronPattern(pattern);
  }
}

/**
 * When a pattern comes due next, strictly after a moment, read in a time zone; null when it never does or is none. Where clocks jump
 * ahead, a time that does not exist is taken as the first one after the gap; where they go back, a daily time comes once and a
 * wildcard in the doubled hour comes in both (croner's rule).
 */
export function nextSlot(temporalValue: string, timezone: string, after: number): Date | null {
  // A date in place of a pattern would fire once; the published API takes patterns only.
  if (!/^[^\sT]+(?:\s+\S+){4,5}$/.test(temporalValue.trim())) return null;
  try {
    return new Cron(temporalValue.trim(), { timezone }).nextRun(new Date(after));
  } catch {
    return null;
  }
}

/** Whether a slot that was found late is still run: until the next one would be due. Older ones are skipped. */
export function isStillDue(temporalValue: string, timezone: string, slot: Date, now: number): boolean {
  const next = nextSlot(temporalValue, timezone, slot.getTime());
  return next === null || next.getTime() > now;
}
