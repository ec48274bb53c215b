import type { Handler } from '@takaro/bus';
import type { findVariable } from '@takaro/contracts/modules/variables';
import type { Parts } from '../parts.ts';
import { findLiveVariable, variableOutput } from '../variables.ts';

export const handleFindVariable =
  ({ db, context }: Parts): Handler<typeof findVariable> =>
  async ({ id }, { domainId }) =>
    variableOutput(await findLiveVariable(await db.em(domainId), id, context.clock.now()));
