import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { getJob } from '@takaro/contracts/gameservers/jobs';
import { Uuid } from '@takaro/contracts/shapes';
import { matches } from '@takaro/contracts/validate';
import { findJob, jobStatus } from '../jobs/jobs.repository.ts';
import type { Parts } from '../parts.ts';

export const handleGetJob =
  ({ db }: Parts): Handler<typeof getJob> =>
  async ({ type, id }, { domainId }) => {
    // Any text may be asked for; ours are ids.
    if (!matches(Uuid, id)) throw new ServiceError('JOB_NOT_FOUND');
    return jobStatus(await findJob((text, values) => db.sql(domainId, text, values), type, id));
  };
