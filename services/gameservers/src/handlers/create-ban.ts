import type { Handler } from '@takaro/bus';
import type { createBan } from '@takaro/contracts/gameservers/bans';
import { bannedEvent, unbannedEvent } from '../bans/ban-events.ts';
import { banOutput } from '../bans/ban.entity.ts';
import { addBan, banFields, banTransaction, takeOverdue } from '../bans/ban.repository.ts';
import { enforce } from '../bans/live-bans.ts';
import type { Parts } from '../parts.ts';

export const handleCreateBan =
  (parts: Parts): Handler<typeof createBan> =>
  async (input, caller) => {
    const { domainId } = caller;
    const fields = banFields(input);
    const ban = await banTransaction(parts.db, domainId, async (tx) => {
      const now = new Date(parts.context.clock.now());
      const overdue = await takeOverdue(tx, fields, now);
      if (overdue) await tx.tell(unbannedEvent({ domainId, claims: null }, overdue, now));
      const added = await addBan(tx, fields);
      await tx.tell(bannedEvent(caller, added, now));
      return added;
    });
    await enforce(parts, domainId, ban);
    return banOutput(ban);
  };
