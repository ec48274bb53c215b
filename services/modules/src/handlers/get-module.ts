import type { Handler } from '@takaro/bus';
import type { getModule } from '@takaro/contracts/modules/modules';
import type { Parts } from '../parts.ts';
import { readModule } from '../versions/read-modules.ts';

export const handleGetModule =
  ({ db }: Parts): Handler<typeof getModule> =>
  async ({ id }, { domainId }) =>
    readModule(await db.em(domainId), id);
