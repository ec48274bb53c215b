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

const sweepOf = ({ dueAt, attempts, payload }: DueItem): Sweep => ({
  dueAt,
  attempts,
  empty: countIn(payload, 'empty'),
  graces: countIn(payload, 'graces'),
});

function countIn(payload: unknown, name: string): number {
  const count: unknown = Reflect.get(Object(payload), name);
  return typeof count === 'number' ? count : 0;
}
