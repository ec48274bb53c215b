import type { Handler } from '@takaro/bus';
import type { getCommandExecutions } from '@takaro/contracts/modules/component-executions';
import { executionsFromHistory } from '../executions-from-history.ts';
import type { Parts } from '../parts.ts';

export const handleGetCommandExecutions =
  (parts: Parts): Handler<typeof getCommandExecutions> =>
  (input, { domainId }) =>
    executionsFromHistory(parts, domainId, input, 'command-executed');
