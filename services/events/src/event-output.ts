import type { EventOutput } from '@takaro/contracts/events/rest';
import type { EventEntity } from './event.entity.ts';

export const eventOutput = (event: EventEntity): EventOutput => ({
  eventName: event.eventName,
  moduleId: event.moduleId ?? null,
  playerId: event.playerId ?? null,
  userId: event.userId ?? null,
  gameserverId: event.gameserverId ?? null,
  actingUserId: event.actingUserId ?? null,
  actingModuleId: event.actingModuleId ?? null,
  meta: event.meta ?? null,
  id: event.id,
  createdAt: event.createdAt.toISOString(),
  updatedAt: event.updatedAt.toISOString(),
});
