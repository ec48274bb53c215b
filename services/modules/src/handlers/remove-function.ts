import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { removeFunction } from '@takaro/contracts/modules/functions';
import type { Tx } from '@takaro/tenant-db';
import { FunctionEntity } from '../entities/component.entity.ts';
import { changed } from '../module-event.ts';
import type { Parts } from '../parts.ts';
import { deleteRow } from '../rows.ts';
import { changeVersion } from '../versions/change-version.ts';
import { findOr } from '../versions/own-function.ts';

/** Its assignments go with it, but for the one that made a component: that is removed with the component only. */
export const handleRemoveFunction =
  (parts: Parts): Handler<typeof removeFunction> =>
  async ({ id }, caller) => {
    const em = await parts.db.em(caller.domainId);
    const row = await findOr(em.findOne(FunctionEntity, { id }), 'FUNCTION_NOT_FOUND', id);
    const remove = async (tx: Tx): Promise<void> => {
      await refuseOwn(tx, id);
      if (!(await deleteRow(tx, 'function', id))) throw new ServiceError('FUNCTION_NOT_FOUND', { params: { id } });
    };
    const tells = () => changed('deleted', 'function')({ id, name: row.name ?? null });
    if (row.versionId) await changeVersion(parts, caller, { versionId: row.versionId, tells }, remove);
    else await parts.db.transaction(caller.domainId, remove);
    return {};
  };

async function refuseOwn({ sql }: Tx, functionId: string): Promise<void> {
  const [used] = await sql('select 1 from {schema}."functionAssignment" where "functionId" = $1 and "position" = 0 limit 1', [functionId]);
  if (used) throw new ServiceError('FUNCTION_IN_USE');
}
