import type { Handler } from '@takaro/bus';
import type { searchRoles } from '@takaro/contracts/tenancy/roles';
import { searchPage } from '@takaro/tenant-db';
import { Role } from '../role.entity.ts';
import { rolesById } from '../role.repository.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleSearchRoles =
  ({ db }: Tenancy): Handler<typeof searchRoles> =>
  async (input, { domainId }) => {
    const page = await searchPage(await db.em(domainId), Role, input);
    const roles = await rolesById(db, domainId);
    return { ...page, rows: page.rows.flatMap(({ id }) => roles.get(id) ?? []) };
  };
