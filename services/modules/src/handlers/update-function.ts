import type { Handler } from '@takaro/bus';
import type { updateFunction } from '@takaro/contracts/modules/functions';
import { onUnique, type Tx } from '@takaro/tenant-db';
import { FunctionEntity } from '../entities/component.entity.ts';
import { changed } from '../module-event.ts';
import { functionOutput } from '../outputs.ts';
import type { Parts } from '../parts.ts';
import { updateRow } from '../rows.ts';
import { changeVersion } from '../versions/change-version.ts';
import { findOr } from '../versions/own-function.ts';

export const handleUpdateFunction =
  (parts: Parts): Handler<typeof updateFunction> =>
  async ({ id, ...columns }, caller) => {
    const em = await parts.db.em(caller.domainId);
    const { versionId } = await findOr(em.findOne(FunctionEntity, { id }), 'FUNCTION_NOT_FOUND', id);
    const write = async (tx: Tx) => {
      await updateRow(tx, 'function', id, columns);
      return functionOutput(await tx.em.findOneOrFail(FunctionEntity, { id }));
    };
    if (!versionId) return parts.db.transaction(caller.domainId, write);
    return changeVersion(parts, caller, { versionId, tells: changed('updated', 'function') }, write).catch(
      onUnique('function_versionId_name_key', 'COMPONENT_NAME_TAKEN'),
    );
  };
