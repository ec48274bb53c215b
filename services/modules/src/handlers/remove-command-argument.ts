import type { Handler } from '@takaro/bus';
import type { removeCommandArgument } from '@takaro/contracts/modules/commands';
import type { Parts } from '../parts.ts';
import { deleteRow } from '../rows.ts';
import { changeVersion } from '../versions/change-version.ts';
import { versionOfArgument } from '../versions/command-arguments.ts';

export const handleRemoveCommandArgument =
  (parts: Parts): Handler<typeof removeCommandArgument> =>
  async ({ id }, caller) => {
    const versionId = await versionOfArgument(await parts.db.em(caller.domainId), id);
    await changeVersion(parts, caller, { versionId }, (tx) => deleteRow(tx, 'commandArgument', id));
    return {};
  };
