import type { Caller } from '@takaro/bus';
import type { EventContract } from '@takaro/contracts/contract';
import { bareEvent, type EventEnvelope } from '@takaro/contracts/event-envelope';
import type { Clock } from '@takaro/process';

interface Circumstances {
  readonly domainId: string;
  readonly caller?: Caller;
  readonly clock: Clock;
  readonly gameServerId?: string | undefined;
  /** Whom it happened to. */
  readonly userId?: string | undefined;
  readonly playerId?: string | undefined;
}

/** An event of this service, in the name of who asked for what it tells. Its meta says when, as every meta does. */
export function eventOf<Meta extends Record<string, unknown>>(
  contract: EventContract<Meta>,
  meta: Meta,
  { domainId, caller, clock, gameServerId, userId, playerId }: Circumstances,
): EventEnvelope {
  const claims = caller?.claims;
  const occurredAt = new Date(clock.now()).toISOString();
  return bareEvent({
    name: contract.name,
    domainId,
    occurredAt,
    gameServerId: gameServerId ?? null,
    userId: userId ?? null,
    playerId: playerId ?? null,
    actingUserId: claims?.kind === 'user' ? claims.subject : null,
    actingModuleId: claims?.moduleId ?? null,
    meta: { ...meta, timestamp: occurredAt },
    depth: claims?.depth === undefined ? 0 : claims.depth + 1,
  });
}
