import type { Delivery } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { ExecutionOrder } from '@takaro/contracts/modules/executions';
import { runExecution, type Runner } from './run-execution.ts';

/**
 * The functions of one trigger, one after the other; one that fails does not stop the next. Delivered again, those that ran answer
 * their claim with `finished`, so the order goes on where it stopped.
 * @throws ServiceError when it has to be delivered again
 */
export async function runOrder(
  runner: Runner,
  order: ExecutionOrder,
  { domainId, signal }: Pick<Delivery, 'domainId' | 'signal'>,
): Promise<void> {
  // The subject says whose it is; a payload that says otherwise is refused for good.
  if (order.domainId !== domainId) throw new ServiceError('INVALID_MESSAGE');
  for (const assignment of order.assignments) {
    if (signal.aborted) throw new ServiceError('UNAVAILABLE');
    try {
      if (!(await runExecution(runner, order, assignment))) return;
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'DOMAIN_UNKNOWN') throw error;
      runner.bus.log.info({ domainId }, 'order of a domain that is gone');
      return;
    }
  }
}
