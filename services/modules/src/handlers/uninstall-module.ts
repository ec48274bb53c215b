import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { uninstallModule } from '@takaro/contracts/modules/installations';
import type { Parts } from '../parts.ts';
import { readInstallation } from '../versions/read-installations.ts';
import { bumpRevision } from '../versions/revision.ts';
import { uninstall } from '../versions/uninstall.ts';

export const handleUninstallModule =
  ({ db, context }: Parts): Handler<typeof uninstallModule> =>
  async (key, caller) =>
    db.transaction(caller.domainId, async (tx) => {
      const output = await readInstallation(tx.em, key);
      const { id, moduleId, gameserverId: gameServerId } = output;
      const wasThere = await uninstall(tx, { id, moduleId, gameServerId }, caller, context.clock.now());
      if (!wasThere) throw new ServiceError('INSTALLATION_NOT_FOUND');
      await bumpRevision(tx);
      return output;
    });
