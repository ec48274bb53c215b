import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { removeModule } from '@takaro/contracts/modules/modules';
import type { Tx } from '@takaro/tenant-db';
import { Module, ModuleInstallation, ModuleVersion } from '../entities/module.entity.ts';
import { moduleEvent } from '../module-event.ts';
import type { Parts } from '../parts.ts';
import { deleteRow } from '../rows.ts';
import { findOr } from '../versions/own-function.ts';
import { forgetPermissions } from '../versions/register-permissions.ts';
import { bumpRevision } from '../versions/revision.ts';
import { uninstall } from '../versions/uninstall.ts';

/** With its versions, components, functions, variables and installations, each of which is told. Executions stay: they are history. */
export const handleRemoveModule =
  (parts: Parts): Handler<typeof removeModule> =>
  async ({ id }, caller) => {
    const versions = await parts.db.transaction(caller.domainId, async (tx) => {
      const { builtin } = await findOr(tx.em.findOne(Module, { id }), 'MODULE_NOT_FOUND', id);
      if (typeof builtin === 'string') throw new ServiceError('MODULE_BUILTIN');
      await lockModule(tx, id);
      const found = await tx.em.find(ModuleVersion, { moduleId: id }, { fields: ['id'] });
      const installations = await tx.em.find(ModuleInstallation, { moduleId: id });
      const now = parts.context.clock.now();
      for (const installation of installations) await uninstall(tx, installation, caller, now);
      // Components first: what they were written with may not go before them.
      for (const table of ['hook', 'command', 'cron']) await tx.sql(`delete from {schema}."${table}" where "moduleId" = $1`, [id]);
      if (!(await deleteRow(tx, 'module', id))) throw new ServiceError('MODULE_NOT_FOUND', { params: { id } });
      await bumpRevision(tx);
      await tx.tell(moduleEvent(caller, { name: 'module-deleted', moduleId: id, at: new Date(now) }));
      return found;
    });
    for (const { id: versionId } of versions) await forgetPermissions(parts, caller.domainId, { moduleId: id, versionId });
    return {};
  };

/**
 * Nobody installs it meanwhile. Versions are locked before installations, as by whoever changes a version: else the two wait for each
 * other.
 */
async function lockModule({ sql }: Tx, id: string): Promise<void> {
  await sql('select 1 from {schema}."module" where "id" = $1 for update', [id]);
  await sql('select 1 from {schema}."moduleVersion" where "moduleId" = $1 order by "id" for update', [id]);
}
