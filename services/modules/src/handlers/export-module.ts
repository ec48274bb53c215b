import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { exportModule } from '@takaro/contracts/modules/transfer';
import { Module, ModuleVersion } from '../entities/module.entity.ts';
import type { Parts } from '../parts.ts';
import { toTransfer, type VersionToWrite } from '../transfer/to-transfer.ts';
import { findOr } from '../versions/own-function.ts';
import { newestFirst } from '../versions/read-modules.ts';
import { readContent } from '../versions/version-content.ts';

/** As one transaction sees it, so that a version is not written while it changes. An empty list of versions is all of them. */
export const handleExportModule =
  (parts: Parts): Handler<typeof exportModule> =>
  async ({ id, versionIds = [] }, { domainId }) =>
    parts.db.transaction(domainId, async (tx) => {
      await tx.sql('set transaction isolation level repeatable read, read only');
      const module = await findOr(tx.em.findOne(Module, { id }), 'MODULE_NOT_FOUND', id);
      const all = (await tx.em.find(ModuleVersion, { moduleId: id })).toSorted(newestFirst);
      const unknown = versionIds.find((wanted) => !all.some((version) => version.id === wanted));
      if (unknown !== undefined) throw new ServiceError('VERSION_NOT_FOUND', { params: { id: unknown } });
      const versions: VersionToWrite[] = [];
      for (const row of all) {
        if (versionIds.length === 0 || versionIds.includes(row.id)) versions.push({ row, content: await readContent(tx.em, row.id) });
      }
      return toTransfer(module, versions);
    });
