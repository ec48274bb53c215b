import type { Handler } from '@takaro/bus';
import type { getExecution } from '@takaro/contracts/modules/execution-history';
import { Execution } from '../entities/execution.entity.ts';
import { executionOutput } from '../executions/execution-output.ts';
import type { Parts } from '../parts.ts';
import { findOr } from '../versions/own-function.ts';

export const handleGetExecution =
  ({ db }: Parts): Handler<typeof getExecution> =>
  async ({ id }, { domainId }) => {
    const em = await db.em(domainId);
    const row = await findOr(em.findOne(Execution, { id }, { populate: ['logs'] }), 'EXECUTION_NOT_FOUND', id);
    return { ...executionOutput(row), logs: row.logs, truncated: row.truncated };
  };
