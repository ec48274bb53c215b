import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { getRole } from '@takaro/contracts/tenancy/roles';
import { rolesById } from '../role.repository.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleGetRole =
  ({ db }: Tenancy): Handler<typeof getRole> =>
  async ({ id }, { domainId }) => {
    const role = (await rolesById(db, domainId)).get(id);
    if (!role) throw new ServiceError('ROLE_NOT_FOUND');
    return role;
  };
