import type { Handler } from '@takaro/bus';
import type { createVariable } from '@takaro/contracts/modules/variables';
import type { Parts } from '../parts.ts';
import { insertRow } from '../rows.ts';
import { findLiveVariable, insertFarFromLimit, onVariableRefused, purgeTwin, refuseTooMany, variableOutput } from '../variables.ts';

export const handleCreateVariable =
  ({ db, context, neighbours }: Parts): Handler<typeof createVariable> =>
  async (columns, { domainId }) => {
    const { maxVariables } = await neighbours.limitsOf(domainId);
    const now = context.clock.now();
    const soon = await insertFarFromLimit((text, values) => db.sql(domainId, text, values), columns, maxVariables).catch(
      onVariableRefused(columns),
    );
    if (soon) return variableOutput(soon);
    return db
      .transaction(domainId, async (tx) => {
        await purgeTwin(tx, columns, now);
        await refuseTooMany(tx, maxVariables);
        const id = await insertRow(tx, 'variable', columns);
        // One that is born expired is answered as it was written.
        return variableOutput(await findLiveVariable(tx.em, id, 0));
      })
      .catch(onVariableRefused(columns));
  };
