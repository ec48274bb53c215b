import type { Handler } from '@takaro/bus';
import type { markEffect } from '@takaro/contracts/modules/executions';
import type { Parts } from '../parts.ts';

export const handleMarkEffect =
  ({ db }: Parts): Handler<typeof markEffect> =>
  async ({ executionId, attempt }, { domainId }) => {
    const marked = await db.sql(
      domainId,
      `update {schema}."execution" set "effects" = true where "id" = $1 and "attempt" = $2 and "state" = 'running' returning "id"`,
      [executionId, attempt],
    );
    return { current: marked.length > 0 };
  };
