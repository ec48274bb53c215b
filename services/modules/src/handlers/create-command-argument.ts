import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { createCommandArgument } from '@takaro/contracts/modules/commands';
import { CommandArgument } from '../entities/component.entity.ts';
import { changed } from '../module-event.ts';
import { argumentOutput } from '../outputs.ts';
import type { Parts } from '../parts.ts';
import { changeVersion } from '../versions/change-version.ts';
import { insertArguments, onArgumentTaken } from '../versions/command-arguments.ts';
import { readCommand } from '../versions/read-components.ts';

export const handleCreateCommandArgument =
  (parts: Parts): Handler<typeof createCommandArgument> =>
  async ({ commandId, ...written }, caller) => {
    // Optional in the published schema, but an argument of no command is nothing.
    if (commandId === undefined) throw new ServiceError('COMMAND_NOT_FOUND', { params: { id: 'undefined' } });
    const command = await readCommand(await parts.db.em(caller.domainId), commandId);
    return changeVersion(
      parts,
      caller,
      { versionId: command.versionId, tells: () => changed('updated', 'command')(command) },
      async (tx) => {
        const [id = ''] = await insertArguments(tx, commandId, [written]);
        return argumentOutput(await tx.em.findOneOrFail(CommandArgument, { id }));
      },
    ).catch(onArgumentTaken);
  };
