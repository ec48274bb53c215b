import type { Caller } from '@takaro/bus';
import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import { gameServerEvent } from '../game-server-event.ts';
import type { Ban } from './ban.entity.ts';

type Teller = Pick<Caller, 'domainId' | 'claims'>;

export const bannedEvent = (teller: Teller, ban: Ban, occurredAt: Date): EventEnvelope =>
  gameServerEvent(teller, {
    ...about(ban),
    name: 'player-banned',
    occurredAt,
    meta: { reason: ban.reason ?? null, until: ban.until?.toISOString() ?? null, ...scopeOf(ban) },
  });

export const unbannedEvent = (teller: Teller, ban: Ban, occurredAt: Date): EventEnvelope =>
  gameServerEvent(teller, { ...about(ban), name: 'player-unbanned', occurredAt, meta: scopeOf(ban) });

const about = ({ gameServerId, playerId }: Ban) => ({ gameServerId: gameServerId ?? null, playerId });
const scopeOf = ({ isGlobal, takaroManaged }: Ban) => ({ isGlobal, takaroManaged });
