import type { Handler } from '@takaro/bus';
import type { updateBan } from '@takaro/contracts/gameservers/bans';
import { bannedEvent, unbannedEvent } from '../bans/ban-events.ts';
import { type Ban, banOutput } from '../bans/ban.entity.ts';
import { banFields, banTransaction, lockBan, rewriteBan } from '../bans/ban.repository.ts';
import { enforce, lift } from '../bans/live-bans.ts';
import type { Parts } from '../parts.ts';

export const handleUpdateBan =
  (parts: Parts): Handler<typeof updateBan> =>
  async ({ id, ...input }, caller) => {
    const { domainId } = caller;
    const at = new Date(parts.context.clock.now());
    const { before, after } = await banTransaction(parts.db, domainId, async (tx) => {
      const known = await lockBan(tx, id);
      const { until, reason } = known;
      const written = await rewriteBan(tx, id, banFields({ until: until?.toISOString() ?? null, reason, ...input }));
      if (isMoved(known, written)) {
        await tx.tell(unbannedEvent(caller, known, at));
        await tx.tell(bannedEvent(caller, written, at));
      }
      return { before: known, after: written };
    });
    if (isMoved(before, after)) await lift(parts, domainId, before);
    await enforce(parts, domainId, after);
    return banOutput(after);
  };

/** Whether it holds for somebody else or elsewhere. */
const isMoved = (before: Ban, after: Ban): boolean =>
  before.playerId !== after.playerId || (before.gameServerId ?? null) !== (after.gameServerId ?? null);
