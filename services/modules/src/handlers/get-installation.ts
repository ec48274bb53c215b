import type { Handler } from '@takaro/bus';
import type { getInstallation } from '@takaro/contracts/modules/installations';
import type { Parts } from '../parts.ts';
import { readInstallation } from '../versions/read-installations.ts';

export const handleGetInstallation =
  ({ db }: Parts): Handler<typeof getInstallation> =>
  async (key, { domainId }) =>
    readInstallation(await db.em(domainId), key);
