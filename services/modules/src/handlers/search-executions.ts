import type { Handler } from '@takaro/bus';
import type { searchExecutions } from '@takaro/contracts/modules/execution-history';
import { searchPage } from '@takaro/tenant-db';
import { Execution } from '../entities/execution.entity.ts';
import { executionOutput } from '../executions/execution-output.ts';
import type { Parts } from '../parts.ts';

export const handleSearchExecutions =
  ({ db }: Parts): Handler<typeof searchExecutions> =>
  async (input, { domainId }) => {
    const { rows, ...page } = await searchPage(await db.em(domainId), Execution, input);
    return { rows: rows.map(executionOutput), ...page };
  };
