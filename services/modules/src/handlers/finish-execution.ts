import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { finishExecution } from '@takaro/contracts/modules/executions';
import type { Batches } from '../executions/batches.ts';
import type { Finish } from '../executions/finish-rows.ts';

export type FinishBatches = Batches<Finish, { readonly current: boolean } | ServiceError>;

export const handleFinishExecution =
  (finishes: FinishBatches): Handler<typeof finishExecution> =>
  async (finish, { domainId }) => {
    const outcome = await finishes.add(domainId, finish);
    if (outcome instanceof ServiceError) throw outcome;
    return outcome;
  };
