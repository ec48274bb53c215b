import type { Handler } from '@takaro/bus';
import type { updateVariable } from '@takaro/contracts/modules/variables';
import type { Parts } from '../parts.ts';
import { updateRow } from '../rows.ts';
import { findLiveVariable, onVariableRefused, purgeTwin, variableOutput } from '../variables.ts';

export const handleUpdateVariable =
  ({ db, context }: Parts): Handler<typeof updateVariable> =>
  async ({ id, expiresAt = null, ...columns }, { domainId }) => {
    const now = context.clock.now();
    return db
      .transaction(domainId, async (tx) => {
        const before = await findLiveVariable(tx.em.fork({ keepTransactionContext: true }), id, now);
        await purgeTwin(tx, { ...before, ...columns }, now);
        await updateRow(tx, 'variable', id, { ...columns, expiresAt });
        return variableOutput(await findLiveVariable(tx.em, id, 0));
      })
      .catch(onVariableRefused(columns));
  };
