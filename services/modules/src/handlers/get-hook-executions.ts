import type { Handler } from '@takaro/bus';
import type { getHookExecutions } from '@takaro/contracts/modules/component-executions';
import { executionsFromHistory } from '../executions-from-history.ts';
import type { Parts } from '../parts.ts';

export const handleGetHookExecutions =
  (parts: Parts): Handler<typeof getHookExecutions> =>
  (input, { domainId }) =>
    executionsFromHistory(parts, domainId, input, 'hook-executed');
