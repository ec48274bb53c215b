import type { Handler } from '@takaro/bus';
import type { createFunction } from '@takaro/contracts/modules/functions';
import { onUnique } from '@takaro/tenant-db';
import { DEFAULT_CODE } from '../default-function.ts';
import { FunctionEntity } from '../entities/component.entity.ts';
import { changed } from '../module-event.ts';
import { functionOutput } from '../outputs.ts';
import type { Parts } from '../parts.ts';
import { insertRow } from '../rows.ts';
import { changeVersion } from '../versions/change-version.ts';

/** Without a version it belongs to nothing, as the published API allows. */
export const handleCreateFunction =
  (parts: Parts): Handler<typeof createFunction> =>
  async ({ versionId, code = DEFAULT_CODE, ...columns }, caller) => {
    const row = { ...columns, code, versionId };
    if (versionId === undefined) {
      return parts.db.transaction(caller.domainId, async (tx) => {
        const id = await insertRow(tx, 'function', row);
        return functionOutput(await tx.em.findOneOrFail(FunctionEntity, { id }));
      });
    }
    return changeVersion(parts, caller, { versionId, adds: true, tells: changed('created', 'function') }, async (tx) => {
      const id = await insertRow(tx, 'function', row);
      return functionOutput(await tx.em.findOneOrFail(FunctionEntity, { id }));
    }).catch(onUnique('function_versionId_name_key', 'COMPONENT_NAME_TAKEN'));
  };
