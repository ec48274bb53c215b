import type { Handler } from '@takaro/bus';
import type { logout } from '@takaro/contracts/tenancy/users';
import type { Tx } from '@takaro/tenant-db';
import { audit } from '../audit.ts';
import { tokenHash } from '../secrets.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleLogout =
  ({ db, clock }: Tenancy): Handler<typeof logout> =>
  async ({ authorization = '' }) => {
    const session = /^Bearer (\S+)$/i.exec(authorization)?.[1];
    if (session !== undefined) await db.platformTransaction(({ sql }) => end(sql, tokenHash(session), new Date(clock.now())));
    return {};
  };

async function end(sql: Tx['sql'], hash: Buffer, at: Date): Promise<void> {
  const [ended] = await sql<{ id: string; identityId: string }>(
    'DELETE FROM {platform}."session" WHERE "tokenHash" = $1 RETURNING "id", "identityId"',
    [hash],
  );
  if (ended) await audit(sql, at, { action: 'sign-out', actorKind: 'identity', actorId: ended.identityId, subject: ended.id });
}
