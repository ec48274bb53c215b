import type { PermissionCreate } from '@takaro/contracts/modules/modules';
import { registerVersionPermissions } from '@takaro/contracts/tenancy/internal';
import type { PermissionOutput } from '@takaro/contracts/tenancy/shapes';
import { ask } from '../neighbours.ts';
import type { Parts } from '../parts.ts';

interface VersionKey {
  readonly moduleId: string;
  readonly versionId: string;
}

interface Declared extends VersionKey {
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

/** After the fact: what stays behind when tenancy is away guards nothing any more. */
export async function forgetPermissions(parts: Pick<Parts, 'context'>, domainId: string, version: VersionKey): Promise<void> {
  await registerPermissions(parts, domainId, { ...version, declared: [] }).catch((error: unknown) => {
    parts.context.log.warn({ domainId, versionId: version.versionId, err: error }, 'permissions of a removed version not forgotten');
  });
}

type Register = (version: Declared) => Promise<PermissionOutput[]>;

/** Work that makes versions. When it fails, what it registered for them is forgotten: those versions never were. */
export async function withNewPermissions<T>(
  parts: Pick<Parts, 'context'>,
  domainId: string,
  work: (register: Register) => Promise<T>,
): Promise<T> {
  const registered: VersionKey[] = [];
  const register: Register = (version) => {
    registered.push(version);
    return registerPermissions(parts, domainId, version);
  };
  try {
    return await work(register);
  } catch (error) {
    for (const version of registered) await forgetPermissions(parts, domainId, version);
    throw error;
  }
}
