import type { Handler } from '@takaro/bus';
import type { getPermissions } from '@takaro/contracts/tenancy/roles';
import { permissionRows, showPermission } from '../role.repository.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleGetPermissions =
  ({ db }: Tenancy): Handler<typeof getPermissions> =>
  async (_input, { domainId }) =>
    (await permissionRows(db, domainId)).map(showPermission);
