import type { Handler } from '@takaro/bus';
import type { getHook } from '@takaro/contracts/modules/hooks';
import type { Parts } from '../parts.ts';
import { readHook } from '../versions/read-components.ts';

export const handleGetHook =
  ({ db }: Parts): Handler<typeof getHook> =>
  async ({ id }, { domainId }) =>
    readHook(await db.em(domainId), id);
