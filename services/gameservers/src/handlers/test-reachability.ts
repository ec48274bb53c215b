import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { ACTIONS } from '@takaro/contracts/gameservers/actions';
import type { testReachability } from '@takaro/contracts/gameservers/game-actions';
import type { AskGame, Target } from '../ask-game.ts';
import { changeReachable } from '../change-reachable.ts';
import type { Parts } from '../parts.ts';

/** Failures that are an answer to the question, not a reason to have none. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  'GAMESERVER_NOT_CONNECTED',
  'ACTION_TIMED_OUT',
  'ACTION_FAILED',
  'ACTION_ANSWER_INVALID',
]);

export const handleTestReachability =
  (parts: Parts): Handler<typeof testReachability> =>
  async ({ id }, caller) => {
    const answer = await ask(parts.askGame, { domainId: caller.domainId, gameServerId: id });
    await changeReachable(parts, caller, id, { reachable: answer.connectable, details: answer.reason ?? undefined });
    return answer;
  };

async function ask(askGame: AskGame, target: Target) {
  try {
    return await askGame(target, ACTIONS.testReachability, {});
  } catch (error) {
    if (error instanceof ServiceError && UNREACHABLE.has(error.code)) return { connectable: false, reason: error.message };
    throw error;
  }
}
