import type { Handler } from '@takaro/bus';
import type { updateHook } from '@takaro/contracts/modules/hooks';
import { onUnique } from '@takaro/tenant-db';
import { checkPattern } from '../matching/pattern-syntax.ts';
import { changed } from '../module-event.ts';
import type { Parts } from '../parts.ts';
import { updateRow } from '../rows.ts';
import { changeVersion } from '../versions/change-version.ts';
import { rewriteOwnFunction } from '../versions/own-function.ts';
import { readHook } from '../versions/read-components.ts';

export const handleUpdateHook =
  (parts: Parts): Handler<typeof updateHook> =>
  async ({ id, function: code, ...columns }, caller) => {
    const hook = await readHook(await parts.db.em(caller.domainId), id);
    checkPattern(columns.regex);
    const rename = columns.name === undefined ? undefined : ({ section: 'hooks', from: hook.name, to: columns.name } as const);
    return changeVersion(parts, caller, { versionId: hook.versionId, rename, tells: changed('updated', 'hook') }, async (tx) => {
      await updateRow(tx, 'hook', id, columns);
      await rewriteOwnFunction(tx, hook.function.id, code);
      return readHook(tx.em, id);
    }).catch(onUnique('hook_versionId_name_key', 'COMPONENT_NAME_TAKEN'));
  };
