import type { Handler } from '@takaro/bus';
import { ACTIONS } from '@takaro/contracts/gameservers/actions';
import type { executeCommand } from '@takaro/contracts/gameservers/game-actions';
import type { Parts } from '../parts.ts';

export const handleExecuteCommand =
  ({ askGame }: Parts): Handler<typeof executeCommand> =>
  ({ id, command }, { domainId }) =>
    askGame({ domainId, gameServerId: id }, ACTIONS.executeConsoleCommand, { command });
