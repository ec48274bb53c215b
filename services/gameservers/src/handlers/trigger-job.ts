import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { DOMAIN_JOBS, SYNC_JOBS, type triggerJob } from '@takaro/contracts/gameservers/jobs';
import { findGameServer } from '../game-server.repository.ts';
import { addJob, jobStatus } from '../jobs/jobs.repository.ts';
import type { Parts } from '../parts.ts';

export const handleTriggerJob =
  ({ context: { clock }, db }: Parts): Handler<typeof triggerJob> =>
  async ({ type, id }, { domainId }) => {
    const now = new Date(clock.now());
    const sync = SYNC_JOBS.find((one) => one === type);
    const ofDomain = DOMAIN_JOBS.find((one) => one === type);
    if (ofDomain) return jobStatus(await db.transaction(domainId, (tx) => addJob(tx, { type: ofDomain, gameServerId: null }, now)));
    if (!sync) throw new ServiceError('JOB_NOT_AVAILABLE', { params: { type } });
    const job = await db.transaction(domainId, async (tx) => {
      await findGameServer(tx.em, id);
      return addJob(tx, { type: sync, gameServerId: id }, now);
    });
    return jobStatus(job);
  };
