import { Type } from 'typebox';
import { event } from '../contract.ts';
import { Instant, Nullable, OneOf } from '../shapes.ts';

const NoMeta = Nullable(Type.Object({ timestamp: Type.Optional(Instant) }));

export const gameServerCreated = event({ name: 'gameserver-created', meta: NoMeta });
export const gameServerUpdated = event({ name: 'gameserver-updated', meta: NoMeta });
export const gameServerDeleted = event({ name: 'gameserver-deleted', meta: NoMeta });

/** Connecting and losing a game server, and tests of its reachability that end otherwise than the last. */
export const serverStatusChanged = event({
  name: 'server-status-changed',
  meta: Type.Object({
    status: OneOf(['online', 'offline']),
    details: Type.Optional(Type.String()),
    timestamp: Type.Optional(Instant),
  }),
});
