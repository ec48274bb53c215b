import type { Handler } from '@takaro/bus';
import type { uninstallModule } from '@takaro/contracts/modules/installations';
import { ModuleInstallation } from '../entities/module.entity.ts';
import type { Parts } from '../parts.ts';
import { readInstallation } from '../versions/read-installations.ts';
import { bumpRevision } from '../versions/revision.ts';
import { uninstall } from '../versions/uninstall.ts';

export const handleUninstallModule =
  ({ db, context }: Parts): Handler<typeof uninstallModule> =>
  async (key, caller) =>
    db.transaction(caller.domainId, async (tx) => {
      const output = await readInstallation(tx.em, key);
      await uninstall(tx, await tx.em.findOneOrFail(ModuleInstallation, { id: output.id }), caller, context.clock.now());
      await bumpRevision(tx);
      return output;
    });
