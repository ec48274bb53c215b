import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { removeCommandArgument } from '@takaro/contracts/modules/commands';
import { changed } from '../module-event.ts';
import type { Parts } from '../parts.ts';
import { deleteRow } from '../rows.ts';
import { changeVersion } from '../versions/change-version.ts';
import { commandOfArgument } from '../versions/command-arguments.ts';

export const handleRemoveCommandArgument =
  (parts: Parts): Handler<typeof removeCommandArgument> =>
  async ({ id }, caller) => {
    const command = await commandOfArgument(await parts.db.em(caller.domainId), id);
    const tells = () => changed('updated', 'command')(command);
    await changeVersion(parts, caller, { versionId: command.versionId, tells }, async (tx) => {
      if (!(await deleteRow(tx, 'commandArgument', id))) throw new ServiceError('COMMAND_ARGUMENT_NOT_FOUND', { params: { id } });
    });
    return {};
  };
