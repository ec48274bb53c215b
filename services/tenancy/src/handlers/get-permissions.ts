import type { Handler } from '@takaro/bus';
import { getInstalledVersions } from '@takaro/contracts/modules/internal';
import type { getPermissions } from '@takaro/contracts/tenancy/roles';
import { permissionRows, showPermission } from '../role.repository.ts';
import type { Tenancy } from '../tenancy.ts';

/** Whom a permission comes from is known to modules; without any permission of a module it is not asked. */
export const handleGetPermissions =
  ({ db, bus }: Tenancy): Handler<typeof getPermissions> =>
  async (_input, { domainId }) => {
    const rows = await permissionRows(db, domainId);
    const asked = rows.some(({ moduleVersionId }) => moduleVersionId !== null)
      ? await bus.call(getInstalledVersions, {}, { domainId, token: await bus.serviceToken(domainId) })
      : [];
    const installed = new Map(asked.map((version) => [version.id, version]));
    return rows.flatMap((row) => {
      if (row.moduleVersionId === null) return [showPermission(row)];
      const version = installed.get(row.moduleVersionId);
      return version ? [{ ...showPermission(row), module: version.module, version: { id: version.id, tag: version.tag } }] : [];
    });
  };
