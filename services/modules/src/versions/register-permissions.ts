import type { PermissionCreate } from '@takaro/contracts/modules/modules';
import { registerVersionPermissions } from '@takaro/contracts/tenancy/internal';
import type { PermissionOutput } from '@takaro/contracts/tenancy/shapes';
import { ask } from '../neighbours.ts';
import type { Parts } from '../parts.ts';

interface Declared {
  readonly moduleId: string;
  readonly versionId: string;
  readonly declared: readonly PermissionCreate[];
}

/** Makes the codes of a version assignable to roles before anybody is told of them. Tenancy owns the rows. */
export async function registerPermissions(
  { context }: Pick<Parts, 'context'>,
  domainId: string,
  { moduleId, versionId, declared }: Declared,
): Promise<PermissionOutput[]> {
  const permissions = declared.map(({ canHaveCount = false, ...rest }) => ({ ...rest, canHaveCount }));
  return (await ask(context.bus, domainId, registerVersionPermissions, { moduleId, versionId, permissions })).permissions;
}
