import { startTicker } from '@takaro/process';
import type { Tx } from '@takaro/tenant-db';
import type { Parts } from '../parts.ts';
import { unbannedEvent } from './ban-events.ts';
import type { Ban } from './ban.entity.ts';
import { lift } from './live-bans.ts';

const KIND = 'ban-expiry';
const EVERY_MS = 1_000;
const AT_ONCE = 50;

/** To be called wherever a ban is written. */
export const scheduleExpiry = (tx: Tx, { id, until }: Ban): Promise<void> =>
  until ? tx.schedule({ kind: KIND, key: id, dueAt: until }) : forgetExpiry(tx, id);

export const forgetExpiry = (tx: Tx, banId: string): Promise<void> => tx.unschedule(KIND, banId);

/** Ends bans when their time is over; tells `player-unbanned`, and the games, which usually know by themselves. */
export const startBanExpiry = (parts: Parts): AsyncDisposable =>
  startTicker({
    name: 'ban-expiry',
    everyMs: EVERY_MS,
    log: parts.context.log,
    tick: async () => {
      const now = new Date(parts.context.clock.now());
      const over: { domainId: string; ban: Ban }[] = [];
      await parts.db.takeDue({ kind: KIND, now, limit: AT_ONCE }, async ({ key }, tx) => {
        const { domainId } = tx;
        const [ban] = await tx.sql<Ban>('delete from {schema}."ban" where "id" = $1 and "until" <= $2 returning *', [key, now]);
        if (!ban) return;
        await tx.tell(unbannedEvent({ domainId, claims: null }, ban, now));
        over.push({ domainId, ban });
      });
      await Promise.all(over.map(({ domainId, ban }) => lift(parts, domainId, ban)));
    },
  });
