import { raw } from '@mikro-orm/postgresql';
import type { SearchInput } from '@takaro/contracts/search';
import { quoteName, tenantSchema } from '@takaro/tenant-db';
import type { RoleBook } from './domain-roles.ts';

/**
 * Players with any of the roles of `filters.roleId`, on whichever game server: `playerRole` is read by its index on the role. System
 * roles filter nothing, since nobody is assigned them.
 */
export function withAnyRole(domainId: string, { filters }: SearchInput, { byId }: RoleBook, now: Date) {
  const wanted = filters?.['roleId'];
  if (typeof wanted !== 'object') return undefined;
  const roleIds = wanted.filter((id) => typeof id === 'string' && id !== 'null' && !byId.get(id)?.system);
  if (roleIds.length === 0) return undefined;
  const marks = roleIds.map(() => '?').join(', ');
  const held = `select "playerId" from ${quoteName(tenantSchema(domainId))}."playerRole"
    where "roleId" in (${marks}) and ("expiresAt" is null or "expiresAt" > ?)`;
  return { id: { $in: raw(`(${held})`, [...roleIds, now]) } };
}
