import type { Handler } from '@takaro/bus';
import type { getEffectiveSettings } from '@takaro/contracts/gameservers/internal';
import type { Parts } from '../parts.ts';

export const handleGetEffectiveSettings =
  ({ settings }: Parts): Handler<typeof getEffectiveSettings> =>
  ({ gameServerId }, { domainId }) =>
    settings.effective(domainId, gameServerId);
