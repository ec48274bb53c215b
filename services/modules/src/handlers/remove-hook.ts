import type { Handler } from '@takaro/bus';
import type { removeHook } from '@takaro/contracts/modules/hooks';
import { changed } from '../module-event.ts';
import type { Parts } from '../parts.ts';
import { changeVersion } from '../versions/change-version.ts';
import { removeComponent } from '../versions/own-function.ts';
import { readHook } from '../versions/read-components.ts';

export const handleRemoveHook =
  (parts: Parts): Handler<typeof removeHook> =>
  async ({ id }, caller) => {
    const hook = await readHook(await parts.db.em(caller.domainId), id);
    const tells = () => changed('deleted', 'hook')(hook);
    await changeVersion(parts, caller, { versionId: hook.versionId, tells }, (tx) => removeComponent(tx, 'hook', hook));
    return {};
  };
