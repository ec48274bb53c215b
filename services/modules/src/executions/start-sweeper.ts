import { startTicker } from '@takaro/process';
import type { Parts } from '../parts.ts';
import { SWEEP_KIND } from './sweep-entry.ts';
import { sweepDomain } from './sweep.ts';

const EVERY_MS = 1_000;
const AT_ONCE = 100;

export const startSweeper = (parts: Parts): AsyncDisposable =>
  startTicker({
    name: 'sweeper',
    everyMs: EVERY_MS,
    log: parts.context.log,
    tick: async () => {
      const now = new Date(parts.context.clock.now());
      await parts.db.takeDue({ kind: SWEEP_KIND, now, limit: AT_ONCE }, ({ payload }, tx) => sweepDomain(parts, tx, emptyOf(payload)));
    },
  });

const emptyOf = (payload: unknown): number => {
  const empty: unknown = Reflect.get(Object(payload), 'empty');
  return typeof empty === 'number' ? empty : 0;
};
