import type { Handler } from '@takaro/bus';
import type { getCronJobExecutions } from '@takaro/contracts/modules/component-executions';
import { executionsFromHistory } from '../executions-from-history.ts';
import type { Parts } from '../parts.ts';

export const handleGetCronJobExecutions =
  (parts: Parts): Handler<typeof getCronJobExecutions> =>
  (input, { domainId }) =>
    executionsFromHistory(parts, domainId, input, 'cronjob-executed');
