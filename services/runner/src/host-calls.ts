import type { Api, Operation } from '@takaro/api';
import { type Bus, patiently, patientUntil } from '@takaro/bus';
import { markEffect } from '@takaro/contracts/modules/executions';
import type { HostReply, OnHostCall } from '@takaro/sandbox';
import { askAgain, PATIENCE_MS } from './ask-again.ts';
import type { Lease } from './leases.ts';

export interface HostCallOptions {
  readonly bus: Bus;
  readonly api: Api;
  readonly lease: Lease;
}

/**
 * What stands behind `takaro.*` of one run: the public API with the execution's token. No call leaves when the lease may be over; one that
 * was held up on its way is refused where it arrives, since the token is over with the lease.
 */
export function createHostCalls({ bus, api, lease }: HostCallOptions): OnHostCall {
  const { domainId, executionId, attempt } = lease;
  let marking: Promise<boolean> | undefined;

  /** Written before the first call with an effect leaves; answers whether the execution is still ours. */
  const mark = async (): Promise<boolean> => {
    const write = async () => bus.call(markEffect, { executionId, attempt }, { domainId, token: await bus.serviceToken(domainId) });
    const { current } = await askAgain(write, { untilMs: patientUntil(), signal: lease.signal });
    if (current) lease.hasEffects = true;
    else lease.give('another attempt has begun');
    return current;
  };
  const mayHaveEffect = async (): Promise<boolean> => {
    marking ??= mark();
    try {
      return await marking;
    } catch (error) {
      // Not written: the call does not leave, and the next one tries again.
      marking = undefined;
      bus.log.warn({ domainId, executionId, err: error }, 'effect not marked');
      return false;
    }
  };
  const ask: OnHostCall = async ({ operationId, params, query, body }): Promise<HostReply> => {
    const operation = api.operations.find(({ id }) => id === operationId);
    if (operation && hasEffect(operation) && !(await mayHaveEffect())) return UNAVAILABLE;
    if (!lease.holds()) return UNAVAILABLE;
    return api.call(operationId, { params, query, body }, { token: () => lease.token(), domainId });
  };
  return (request) => patiently(Date.now() + PATIENCE_MS, () => ask(request));
}

/** Searches are posted, but change nothing. */
export const hasEffect = ({ httpMethod, path }: Pick<Operation, 'httpMethod' | 'path'>): boolean =>
  httpMethod !== 'GET' && !path.endsWith('/search');

const UNAVAILABLE: HostReply = {
  status: 503,
  body: { meta: { error: { code: 'ServiceUnavailableError', message: 'The call was not made. Try again.' } }, data: {} },
};
