import { startTicker } from '@takaro/process';
import type { DueItem } from '@takaro/tenant-db';
import type { Parts } from '../parts.ts';
import { SWEEP_EVERY_MS, SWEEP_KIND } from './sweep-entry.ts';
import { type Sweep, sweepDomain } from './sweep.ts';

const AT_ONCE = 100;

export const startSweeper = (parts: Parts): AsyncDisposable =>
  startTicker({
    name: 'sweeper',
    everyMs: SWEEP_EVERY_MS,
    log: parts.context.log,
    tick: async () => {
      const now = new Date(parts.context.clock.now());
      await parts.db.takeDue({ kind: SWEEP_KIND, now, limit: AT_ONCE }, (item, tx) => sweepDomain(parts, tx, sweepOf(item)));
    },
  });

function sweepOf({ dueAt, payload }: DueItem): Sweep {
  const told = Object(payload);
  const empty: unknown = Reflect.get(told, 'empty');
  return { dueAt, empty: typeof empty === 'number' ? empty : 0, graced: Reflect.get(told, 'graced') === true };
}
