import type { Handler } from '@takaro/bus';
import type { getFunction } from '@takaro/contracts/modules/functions';
import { FunctionEntity } from '../entities/component.entity.ts';
import { functionOutput } from '../outputs.ts';
import type { Parts } from '../parts.ts';
import { findOr } from '../versions/own-function.ts';

export const handleGetFunction =
  ({ db }: Parts): Handler<typeof getFunction> =>
  async ({ id }, { domainId }) => {
    const em = await db.em(domainId);
    return functionOutput(await findOr(em.findOne(FunctionEntity, { id }), 'FUNCTION_NOT_FOUND', id));
  };
