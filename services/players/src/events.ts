import type { Caller } from '@takaro/bus';
import { bareEvent, type EventEnvelope } from '@takaro/contracts/event-envelope';

/** An event that names nobody yet; its meta says when, as every meta does. */
export const plainEvent = (domainId: string, name: string, nowMs: number, meta: Readonly<Record<string, unknown>> = {}): EventEnvelope => {
  const occurredAt = new Date(nowMs).toISOString();
  return bareEvent({
    name,
    domainId,
    occurredAt,
    meta: { ...meta, timestamp: occurredAt },
  });
};

/** Who did it, and how deep in a chain of events that cause one another: one further than the execution that did. */
export const causedBy = ({ claims }: Pick<Caller, 'claims'>) => ({
  actingUserId: claims?.kind === 'user' ? claims.subject : null,
  actingModuleId: claims?.moduleId ?? null,
  depth: claims?.depth === undefined ? 0 : claims.depth + 1,
});
