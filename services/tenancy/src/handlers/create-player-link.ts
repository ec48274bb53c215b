import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { createPlayerLink } from '@takaro/contracts/tenancy/player-links';
import { isPlayer } from '../linked-player.ts';
import { newLinkCode, tokenHash } from '../secrets.ts';
import type { Tenancy } from '../tenancy.ts';

export const handleCreatePlayerLink =
  (tenancy: Tenancy): Handler<typeof createPlayerLink> =>
  async ({ playerId }, { domainId }) => {
    const { db, clock, limits } = tenancy;
    if (!(await isPlayer(tenancy, domainId, playerId))) throw new ServiceError('PLAYER_NOT_FOUND');
    const code = newLinkCode();
    const now = clock.now();
    const expiresAt = new Date(now + limits.playerLinkLifetimeS * 1_000);
    await db.platformTransaction(async ({ sql }) => {
      await sql('DELETE FROM {platform}."playerLink" WHERE "expiresAt" < $1', [new Date(now)]);
      await sql(
        `INSERT INTO {platform}."playerLink" ("codeHash", "domainId", "playerId", "expiresAt") VALUES ($1, $2, $3, $4)
         ON CONFLICT ("domainId", "playerId") DO UPDATE SET
           "codeHash" = excluded."codeHash", "expiresAt" = excluded."expiresAt", "updatedAt" = now()`,
        [tokenHash(code), domainId, playerId, expiresAt],
      );
    });
    return { code, expiresAt: expiresAt.toISOString() };
  };
