import type { Handler } from '@takaro/bus';
import type { setReachable } from '@takaro/contracts/gameservers/internal';
import { changeReachable } from '../change-reachable.ts';
import type { Parts } from '../parts.ts';

export const handleSetReachable =
  (parts: Parts): Handler<typeof setReachable> =>
  async ({ gameServerId, reachable, reason }, caller) => {
    await changeReachable(parts, caller, gameServerId, { reachable, details: reason });
    return {};
  };
