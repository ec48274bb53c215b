import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { getEntity } from '@takaro/contracts/gameservers/catalogue';
import { entityOutput, GameEntity } from '../catalogue/catalogue.entity.ts';
import type { Parts } from '../parts.ts';

export const handleGetEntity =
  ({ db }: Parts): Handler<typeof getEntity> =>
  async ({ id }, { domainId }) => {
    const found = await (await db.em(domainId)).findOne(GameEntity, { id });
    if (!found) throw new ServiceError('ENTITY_NOT_FOUND');
    return entityOutput(found);
  };
