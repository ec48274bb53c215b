import type { Handler } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import type { getMyPlayer } from '@takaro/contracts/players/my-player';
import { getUsersByIds } from '@takaro/contracts/tenancy/internal';
import type { Parts } from '../parts.ts';
import { readProfile } from '../player-profile.ts';

/** Tenancy knows whom a user is linked to. A function is no user, so it has no player of its own. */
export const handleGetMyPlayer =
  (parts: Parts): Handler<typeof getMyPlayer> =>
  async (_input, { domainId, claims }) => {
    const playerId = claims?.kind === 'user' ? await linkedPlayer(parts, domainId, claims.subject) : null;
    const { player, pogs } = playerId === null ? { player: null, pogs: [] } : await readProfile(parts, domainId, playerId);
    if (!player) throw new ServiceError('PLAYER_NOT_FOUND');
    return { player, pogs };
  };

async function linkedPlayer({ bus }: Parts, domainId: string, userId: string): Promise<string | null> {
  const { users } = await bus.call(getUsersByIds, { ids: [userId] }, { domainId, token: await bus.serviceToken(domainId) });
  return users[0]?.playerId ?? null;
}
