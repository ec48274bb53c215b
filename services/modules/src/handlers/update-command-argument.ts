import type { Handler } from '@takaro/bus';
import type { updateCommandArgument } from '@takaro/contracts/modules/commands';
import { CommandArgument } from '../entities/component.entity.ts';
import { changed } from '../module-event.ts';
import { argumentOutput } from '../outputs.ts';
import type { Parts } from '../parts.ts';
import { updateRow } from '../rows.ts';
import { changeVersion } from '../versions/change-version.ts';
import { onArgumentTaken, commandOfArgument } from '../versions/command-arguments.ts';

export const handleUpdateCommandArgument =
  (parts: Parts): Handler<typeof updateCommandArgument> =>
  async ({ id, ...columns }, caller) => {
    const command = await commandOfArgument(await parts.db.em(caller.domainId), id);
    return changeVersion(
      parts,
      caller,
      { versionId: command.versionId, tells: () => changed('updated', 'command')(command) },
      async (tx) => {
        await updateRow(tx, 'commandArgument', id, columns);
        return argumentOutput(await tx.em.findOneOrFail(CommandArgument, { id }));
      },
    ).catch(onArgumentTaken);
  };
