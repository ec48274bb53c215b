import type { Handler } from '@takaro/bus';
import type { createCommand } from '@takaro/contracts/modules/commands';
import { onUnique } from '@takaro/tenant-db';
import { changed } from '../module-event.ts';
import type { Parts } from '../parts.ts';
import { insertRow } from '../rows.ts';
import { changeVersion } from '../versions/change-version.ts';
import { insertArguments, onArgumentTaken } from '../versions/command-arguments.ts';
import { assignOwnFunction, writeOwnFunction } from '../versions/own-function.ts';
import { readCommand } from '../versions/read-components.ts';
import { NO_HELP_TEXT } from '../versions/version-input.ts';

export const handleCreateCommand =
  (parts: Parts): Handler<typeof createCommand> =>
  async ({ versionId, function: code, arguments: commandArguments = [], helpText = NO_HELP_TEXT, ...columns }, caller) =>
    changeVersion(parts, caller, { versionId, adds: true, tells: changed('created', 'command') }, async (tx, { moduleId }) => {
      const functionId = await writeOwnFunction(tx, versionId, code);
      const id = await insertRow(tx, 'command', { ...columns, helpText, versionId, moduleId, functionId });
      await insertArguments(tx, id, commandArguments);
      await assignOwnFunction(tx, 'command', id, functionId);
      return readCommand(tx.em, id);
    })
      .catch(onUnique('command_versionId_name_key', 'COMPONENT_NAME_TAKEN'))
      .catch(onArgumentTaken);
