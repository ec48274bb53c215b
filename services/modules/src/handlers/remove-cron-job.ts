import type { Handler } from '@takaro/bus';
import type { removeCronJob } from '@takaro/contracts/modules/cron-jobs';
import { changed } from '../module-event.ts';
import type { Parts } from '../parts.ts';
import { changeVersion } from '../versions/change-version.ts';
import { removeComponent } from '../versions/own-function.ts';
import { readCronJob } from '../versions/read-components.ts';

/** What is scheduled of it comes due once more, finds nothing, and is gone. */
export const handleRemoveCronJob =
  (parts: Parts): Handler<typeof removeCronJob> =>
  async ({ id }, caller) => {
    const cron = await readCronJob(await parts.db.em(caller.domainId), id);
    const tells = () => changed('deleted', 'cronjob')(cron);
    await changeVersion(parts, caller, { versionId: cron.versionId, tells }, (tx) => removeComponent(tx, 'cronJob', cron));
    return {};
  };
