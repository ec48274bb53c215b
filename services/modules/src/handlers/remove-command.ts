import type { Handler } from '@takaro/bus';
import type { removeCommand } from '@takaro/contracts/modules/commands';
import { changed } from '../module-event.ts';
import type { Parts } from '../parts.ts';
import { changeVersion } from '../versions/change-version.ts';
import { removeComponent } from '../versions/own-function.ts';
import { readCommand } from '../versions/read-components.ts';

export const handleRemoveCommand =
  (parts: Parts): Handler<typeof removeCommand> =>
  async ({ id }, caller) => {
    const command = await readCommand(await parts.db.em(caller.domainId), id);
    const tells = () => changed('deleted', 'command')(command);
    await changeVersion(parts, caller, { versionId: command.versionId, tells }, (tx) => removeComponent(tx, 'command', command));
    return {};
  };
