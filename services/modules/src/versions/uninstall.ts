import type { Tx } from '@takaro/tenant-db';
import type { ModuleInstallationRow } from '../entities/module.entity.ts';
import { moduleEvent, type Teller } from '../module-event.ts';
import { deleteRow } from '../rows.ts';

/** Answers whether it was there. What is scheduled of its cron jobs comes due once more, finds nothing, and is gone. The caller bumps the revision. */
export async function uninstall(
  tx: Tx,
  { id, moduleId, gameServerId }: Pick<ModuleInstallationRow, 'id' | 'moduleId' | 'gameServerId'>,
  teller: Teller,
  now: number,
): Promise<boolean> {
  const wasThere = await deleteRow(tx, 'moduleInstallation', id);
  if (!wasThere) return false;
  await tx.tell(moduleEvent(teller, { name: 'module-uninstalled', moduleId, gameServerId, at: new Date(now) }));
  return true;
}
