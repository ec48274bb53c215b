import type { Caller } from '@takaro/bus';
import { bareEvent, type EventEnvelope } from '@takaro/contracts/event-envelope';

interface Fact {
  readonly name: string;
  /** Null where it is about all of them. */
  readonly gameServerId: string | null;
  readonly playerId?: string | null;
  readonly occurredAt: Date;
  readonly meta?: Readonly<Record<string, unknown>>;
}

type Teller = Pick<Caller, 'domainId' | 'claims'>;

/** An event of a game server that somebody's request caused. One that a function caused is one deeper than what made it run. */
export const gameServerEvent = (
  { domainId, claims }: Teller,
  { name, gameServerId, playerId = null, occurredAt, meta }: Fact,
): EventEnvelope =>
  bareEvent({
    name,
    domainId,
    occurredAt: occurredAt.toISOString(),
    gameServerId,
    playerId,
    actingUserId: claims?.kind === 'user' ? claims.subject : null,
    actingModuleId: claims?.moduleId ?? null,
    meta: { ...meta, timestamp: occurredAt.toISOString() },
    depth: claims?.depth === undefined ? 0 : claims.depth + 1,
  });

export const statusEvent = (
  teller: Teller,
  gameServerId: string,
  status: { reachable: boolean; details?: string | undefined; at: Date },
): EventEnvelope =>
  gameServerEvent(teller, {
    name: 'server-status-changed',
    gameServerId,
    occurredAt: status.at,
    meta: { status: status.reachable ? 'online' : 'offline', ...(status.details !== undefined && { details: status.details }) },
  });
