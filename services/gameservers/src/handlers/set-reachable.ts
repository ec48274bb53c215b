import type { Handler } from '@takaro/bus';
import type { setReachable } from '@takaro/contracts/gameservers/internal';
import { changeReachableIn } from '../change-reachable.ts';
import { hold, release } from '../holders.ts';
import { scheduleSyncOnConnect } from '../jobs/schedule-sync.ts';
import type { Parts } from '../parts.ts';

export const handleSetReachable =
  (parts: Parts): Handler<typeof setReachable> =>
  async ({ gameServerId, reachable, reason, connectorId, at }, caller) => {
    await parts.db.transaction(caller.domainId, async (tx) => {
      const held = { gameServerId, connectorId };
      const status = { reachable, details: reason, at: new Date(at) };
      if (reachable) await hold(tx, held);
      else if (!(await release(tx, held))) return;
      await changeReachableIn(tx, parts, { gameServerId, teller: caller }, status);
      if (reachable) await scheduleSyncOnConnect(tx, gameServerId, new Date(parts.context.clock.now()));
    });
    return {};
  };
