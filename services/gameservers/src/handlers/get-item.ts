import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { getItem } from '@takaro/contracts/gameservers/catalogue';
import { Item, itemOutput } from '../catalogue/catalogue.entity.ts';
import type { Parts } from '../parts.ts';

export const handleGetItem =
  ({ db }: Parts): Handler<typeof getItem> =>
  async ({ id }, { domainId }) => {
    const found = await (await db.em(domainId)).findOne(Item, { id });
    if (!found) throw new ServiceError('ITEM_NOT_FOUND');
    return itemOutput(found);
  };
