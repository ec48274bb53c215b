import type { Handler } from '@takaro/bus';
import type { createHook } from '@takaro/contracts/modules/hooks';
import { onUnique } from '@takaro/tenant-db';
import { checkPattern } from '../matching/pattern-syntax.ts';
import { changed } from '../module-event.ts';
import type { Parts } from '../parts.ts';
import { insertRow } from '../rows.ts';
import { changeVersion } from '../versions/change-version.ts';
import { assignOwnFunction, writeOwnFunction } from '../versions/own-function.ts';
import { readHook } from '../versions/read-components.ts';

export const handleCreateHook =
  (parts: Parts): Handler<typeof createHook> =>
  async ({ versionId, function: code, regex, ...columns }, caller) => {
    checkPattern(regex);
    return changeVersion(parts, caller, { versionId, adds: true, tells: changed('created', 'hook') }, async (tx, { moduleId }) => {
      const functionId = await writeOwnFunction(tx, versionId, code);
      const id = await insertRow(tx, 'hook', { ...columns, regex, versionId, moduleId, functionId });
      await assignOwnFunction(tx, 'hook', id, functionId);
      return readHook(tx.em, id);
    }).catch(onUnique('hook_versionId_name_key', 'COMPONENT_NAME_TAKEN'));
  };
