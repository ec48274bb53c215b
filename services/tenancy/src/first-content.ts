import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import { PERMISSIONS, type PermissionCode } from '@takaro/contracts/permissions';
import { settingsIdOf } from '@takaro/contracts/settings';
import type { Tx } from '@takaro/tenant-db';
import { SYSTEM_PERMISSIONS } from './system-permissions.ts';

interface FirstRole {
  readonly name: string;
  readonly system: boolean;
  readonly permissions: readonly PermissionCode[];
}

/** The roles of a new domain. */
const FIRST_ROLES: readonly FirstRole[] = [
  { name: 'root', system: true, permissions: ['ROOT'] },
  { name: 'Admin', system: false, permissions: ['ROOT'] },
  { name: 'Moderator', system: false, permissions: ['READ_PLAYERS', 'READ_SETTINGS'] },
  { name: 'Player', system: true, permissions: [] },
  { name: 'User', system: true, permissions: [] },
];

export const rootEmail = (domainId: string): string => `root@${domainId}.com`;

/** What every domain begins with. In one transaction with the last step of the saga: it is there whole or not at all. */
export async function writeFirstContent(tx: Tx, domainId: string): Promise<void> {
  await tx.sql('INSERT INTO {schema}."settings" ("id") VALUES ($1)', [settingsIdOf(domainId)]);
  const permissionIds = await insertPermissions(tx);
  const roleIds = await insertRoles(tx, permissionIds);
  await insertRootUser(tx, { domainId, rootRoleId: idOf(roleIds, 'root') });
}

function idOf(ids: ReadonlyMap<string, string>, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`${name} is not among the first rows`);
  return id;
}

async function insertPermissions(tx: Tx): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>(PERMISSIONS.map((code) => [code, newId()]));
  const texts = PERMISSIONS.map((code) => SYSTEM_PERMISSIONS[code]);
  await tx.sql(
    `INSERT INTO {schema}."permission" ("id", "code", "friendlyName", "description")
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])`,
    [[...ids.values()], [...ids.keys()], texts.map(({ friendlyName }) => friendlyName), texts.map(({ description }) => description)],
  );
  return ids;
}

async function insertRoles(tx: Tx, permissionIds: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>> {
  const ids = new Map(FIRST_ROLES.map(({ name }) => [name, newId()]));
  for (const { name, system, permissions } of FIRST_ROLES) {
    const roleId = idOf(ids, name);
    await tx.sql('INSERT INTO {schema}."role" ("id", "name", "system") VALUES ($1, $2, $3)', [roleId, name, system]);
    for (const code of permissions) {
      await tx.sql('INSERT INTO {schema}."rolePermission" ("id", "roleId", "permissionId") VALUES ($1, $2, $3)', [
        newId(),
        roleId,
        idOf(permissionIds, code),
      ]);
    }
  }
  return ids;
}

async function insertRootUser(tx: Tx, { domainId, rootRoleId }: { domainId: string; rootRoleId: string }): Promise<void> {
  const email = rootEmail(domainId);
  const [identity] = await tx.sql<{ id: string }>('SELECT "id" FROM {platform}."identity" WHERE "email" = $1', [email]);
  if (!identity) throw new ServiceError('INTERNAL', { cause: new Error('The identity of the root user is missing') });
  const [membership] = await tx.sql<{ userId: string }>(
    'SELECT "userId" FROM {platform}."membership" WHERE "identityId" = $1 AND "domainId" = $2',
    [identity.id, domainId],
  );
  if (!membership) throw new ServiceError('INTERNAL', { cause: new Error('The membership of the root user is missing') });
  const { userId } = membership;
  await tx.sql('INSERT INTO {schema}."user" ("id", "name", "email", "idpId") VALUES ($1, $2, $3, $4)', [
    userId,
    'root',
    email,
    identity.id,
  ]);
  await tx.sql('INSERT INTO {schema}."userRole" ("id", "userId", "roleId") VALUES ($1, $2, $3)', [newId(), userId, rootRoleId]);
}
