import type { Handler } from '@takaro/bus';
import type { markEffect } from '@takaro/contracts/modules/executions';
import type { MarkBatches } from '../executions/mark-effects.ts';

export const handleMarkEffect =
  (marks: MarkBatches): Handler<typeof markEffect> =>
  async (attempt, { domainId }) =>
    marks.add(domainId, attempt);
