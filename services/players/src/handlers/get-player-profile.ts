import type { Handler } from '@takaro/bus';
import type { getPlayerProfile } from '@takaro/contracts/players/internal';
import type { Parts } from '../parts.ts';
import { readProfile } from '../player-profile.ts';

export const handleGetPlayerProfile =
  (parts: Parts): Handler<typeof getPlayerProfile> =>
  async ({ playerId }, { domainId }) =>
    readProfile(parts, domainId, playerId);
