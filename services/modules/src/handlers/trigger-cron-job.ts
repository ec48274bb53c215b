import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import type { triggerCronJob } from '@takaro/contracts/modules/cron-jobs';
import { dispatch } from '../executions/dispatch.ts';
import { depthOf } from '../executions/orders.ts';
import type { Parts } from '../parts.ts';

/** Runs it once, now. One that is not enabled is not run, and that is not an error. */
export const handleTriggerCronJob =
  (parts: Parts): Handler<typeof triggerCronJob> =>
  async ({ gameServerId, cronjobId, moduleId }, { domainId, claims }) => {
    const modules = await parts.modules.current(domainId);
    const installation = [...modules.installations.values()].find((one) => one.moduleId === moduleId && one.gameServerId === gameServerId);
    if (!installation) throw new ServiceError('INSTALLATION_NOT_FOUND');
    const job = modules.component(installation.id, cronjobId);
    if (job?.kind !== 'cronjob') throw new ServiceError('CRON_JOB_NOT_FOUND', { params: { id: cronjobId } });
    const causeId = newId();
    if (job.enabled) await dispatch(parts, job, { domainId, causeId, depth: depthOf(claims), data: { triggerId: causeId } });
    return {};
  };
