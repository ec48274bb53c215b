import type { Handler } from '@takaro/bus';
import type { updateCommand } from '@takaro/contracts/modules/commands';
import { onUnique } from '@takaro/tenant-db';
import { changed } from '../module-event.ts';
import type { Parts } from '../parts.ts';
import { updateRow } from '../rows.ts';
import { changeVersion } from '../versions/change-version.ts';
import { insertArguments, onArgumentTaken } from '../versions/command-arguments.ts';
import { rewriteOwnFunction } from '../versions/own-function.ts';
import { readCommand } from '../versions/read-components.ts';

export const handleUpdateCommand =
  (parts: Parts): Handler<typeof updateCommand> =>
  async ({ id, function: code, arguments: commandArguments, requiredPermissions = [], ...columns }, caller) => {
    const command = await readCommand(await parts.db.em(caller.domainId), id);
    const rename = columns.name === undefined ? undefined : ({ section: 'commands', from: command.name, to: columns.name } as const);
    return changeVersion(parts, caller, { versionId: command.versionId, rename, tells: changed('updated', 'command') }, async (tx) => {
      await updateRow(tx, 'command', id, { ...columns, requiredPermissions });
      if (commandArguments) {
        await tx.sql('delete from {schema}."commandArgument" where "commandId" = $1', [id]);
        await insertArguments(tx, id, commandArguments);
      }
      await rewriteOwnFunction(tx, command.functionId, code);
      return readCommand(tx.em, id);
    })
      .catch(onUnique('command_versionId_name_key', 'COMPONENT_NAME_TAKEN'))
      .catch(onArgumentTaken);
  };
