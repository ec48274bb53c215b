import { ServiceError } from '@takaro/contracts/errors';
import type { RoleOutput } from '@takaro/contracts/tenancy/shapes';
import type { DomainRoles } from './domain-roles.ts';

/** @throws ServiceError ROLE_NOT_FOUND, SYSTEM_ROLE_NOT_ASSIGNABLE */
export async function assignableRole(roles: DomainRoles, domainId: string, roleId: string): Promise<RoleOutput> {
  const role = (await roles.fresh(domainId)).byId.get(roleId);
  if (!role) throw new ServiceError('ROLE_NOT_FOUND');
  if (role.system) throw new ServiceError('SYSTEM_ROLE_NOT_ASSIGNABLE');
  return role;
}
