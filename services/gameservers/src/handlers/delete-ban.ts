import type { Handler } from '@takaro/bus';
import type { deleteBan } from '@takaro/contracts/gameservers/bans';
import { unbannedEvent } from '../bans/ban-events.ts';
import { takeBan } from '../bans/ban.repository.ts';
import { lift } from '../bans/live-bans.ts';
import type { Parts } from '../parts.ts';

export const handleDeleteBan =
  (parts: Parts): Handler<typeof deleteBan> =>
  async ({ id }, caller) => {
    const ban = await parts.db.transaction(caller.domainId, async (tx) => {
      const taken = await takeBan(tx, id);
      await tx.tell(unbannedEvent(caller, taken, new Date(parts.context.clock.now())));
      return taken;
    });
    await lift(parts, caller.domainId, ban);
    return {};
  };
