import type { Handler } from '@takaro/bus';
import type { updateCommandArgument } from '@takaro/contracts/modules/commands';
import { CommandArgument } from '../entities/component.entity.ts';
import { argumentOutput } from '../outputs.ts';
import type { Parts } from '../parts.ts';
import { updateRow } from '../rows.ts';
import { changeVersion } from '../versions/change-version.ts';
import { onArgumentTaken, versionOfArgument } from '../versions/command-arguments.ts';

export const handleUpdateCommandArgument =
  (parts: Parts): Handler<typeof updateCommandArgument> =>
  async ({ id, ...columns }, caller) => {
    const versionId = await versionOfArgument(await parts.db.em(caller.domainId), id);
    return changeVersion(parts, caller, { versionId }, async (tx) => {
      await updateRow(tx, 'commandArgument', id, columns);
      return argumentOutput(await tx.em.findOneOrFail(CommandArgument, { id }));
    }).catch(onArgumentTaken);
  };
