import type { Handler } from '@takaro/bus';
import type { logout } from '@takaro/contracts/tenancy/users';
import { tokenHash } from '../secrets.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleLogout =
  ({ db }: Tenancy): Handler<typeof logout> =>
  async ({ authorization = '' }) => {
    const session = /^Bearer (\S+)$/i.exec(authorization)?.[1];
    if (session !== undefined) await db.platformSql('DELETE FROM {platform}."session" WHERE "tokenHash" = $1', [tokenHash(session)]);
    return {};
  };
