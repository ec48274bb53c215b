import type { Handler } from '@takaro/bus';
import type { getCronJob } from '@takaro/contracts/modules/cron-jobs';
import type { Parts } from '../parts.ts';
import { readCronJob } from '../versions/read-components.ts';

export const handleGetCronJob =
  ({ db }: Parts): Handler<typeof getCronJob> =>
  async ({ id }, { domainId }) =>
    readCronJob(await db.em(domainId), id);
