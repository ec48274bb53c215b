import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { deleteVariable } from '@takaro/contracts/modules/variables';
import type { Parts } from '../parts.ts';
import { deleteRow } from '../rows.ts';
import { findLiveVariable } from '../variables.ts';

export const handleDeleteVariable =
  ({ db, context }: Parts): Handler<typeof deleteVariable> =>
  async ({ id }, { domainId }) =>
    db.transaction(domainId, async (tx) => {
      await findLiveVariable(tx.em, id, context.clock.now());
      if (!(await deleteRow(tx, 'variable', id))) throw new ServiceError('VARIABLE_NOT_FOUND', { params: { id } });
      return {};
    });
