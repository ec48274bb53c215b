import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import { newId } from '@takaro/contracts/ids';
import { PERMISSIONS } from '@takaro/contracts/permissions';
import type { registerVersionPermissions } from '@takaro/contracts/tenancy/internal';
import { type PermissionRow, showPermission } from '../role.repository.ts';
import type { Tenancy } from '../tenancy.ts';

const RESERVED: ReadonlySet<string> = new Set(PERMISSIONS);

/** Codes that stay keep their row and with it the roles that have it; of a code given twice the last one counts. */
export const handleRegisterVersionPermissions =
  ({ db }: Tenancy): Handler<typeof registerVersionPermissions> =>
  async ({ versionId, permissions }, { domainId }) => {
    const reserved = permissions.find(({ permission }) => RESERVED.has(permission));
    if (reserved) throw new ServiceError('PERMISSION_RESERVED', { params: { permission: reserved.permission } });
    const byCode = new Map(permissions.map((one) => [one.permission, one]));
    const wanted = [...byCode.values()];
    const rows = await db.transaction(domainId, async ({ sql }) => {
      await sql('DELETE FROM {schema}."permission" WHERE "moduleVersionId" = $1 AND "code" <> ALL($2)', [versionId, [...byCode.keys()]]);
      return sql<PermissionRow>(
        `INSERT INTO {schema}."permission" ("id", "code", "friendlyName", "description", "canHaveCount", "moduleVersionId")
         SELECT *, $6::uuid FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::boolean[])
         ON CONFLICT ("moduleVersionId", "code") DO UPDATE SET "friendlyName" = excluded."friendlyName",
           "description" = excluded."description", "canHaveCount" = excluded."canHaveCount", "updatedAt" = now()
         RETURNING *`,
        [
          wanted.map(() => newId()),
          wanted.map(({ permission }) => permission),
          wanted.map(({ friendlyName }) => friendlyName),
          wanted.map(({ description }) => description),
          wanted.map(({ canHaveCount }) => canHaveCount),
          versionId,
        ],
      );
    });
    return { permissions: rows.map(showPermission).toSorted((one, other) => (one.permission < other.permission ? -1 : 1)) };
  };
