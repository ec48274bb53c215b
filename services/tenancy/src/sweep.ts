import { type ServiceContext, startTicker } from '@takaro/process';
import { forgetOldEntries } from './audit.ts';
import type { Tenancy } from './tenancy.ts';

const EVERY_MS = 60_000;

type Parts = Pick<Tenancy, 'db' | 'clock' | 'limits' | 'failures'> & Pick<ServiceContext, 'log'>;

/** Takes away what counts no more: sessions that are over, failures outside their window, audit entries past their retention. */
export const startSweep = ({ db, clock, limits, failures, log }: Parts): AsyncDisposable =>
  startTicker({
    name: 'sweep',
    everyMs: EVERY_MS,
    log,
    tick: async () => {
      const now = new Date(clock.now());
      await db.platformSql('DELETE FROM {platform}."session" WHERE "expiresAt" < $1', [now]);
      await forgetOldEntries(db, now, limits.auditRetentionDays);
      await failures.sweep();
    },
  });
