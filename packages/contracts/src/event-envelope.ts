import { Type, type Static } from 'typebox';
import { newId } from './ids.ts';
import { PlayerOnGameServerSnapshot, PlayerSnapshot } from './players/shapes.ts';
import { DomainId, Instant, Nullable, Uuid } from './shapes.ts';

/** What the stream EVENTS carries: the stored row of the event, and what only the matching of modules needs. */
export const EventEnvelope = Type.Object({
  /** Derived where the event came from a stream, so that it is the same id when it is published again. */
  id: Uuid,
  name: Type.String(),
  domainId: DomainId,
  occurredAt: Instant,
  gameServerId: Nullable(Uuid),
  playerId: Nullable(Uuid),
  moduleId: Nullable(Uuid),
  userId: Nullable(Uuid),
  actingUserId: Nullable(Uuid),
  actingModuleId: Nullable(Uuid),
  meta: Nullable(Type.Record(Type.String(), Type.Unknown())),
  /** How many events caused one another up to this one; what would run at `LIMITS.eventDepth` is refused, and deeper nothing is matched. */
  depth: Type.Integer({ minimum: 0 }),
  /** Somebody wrote it who is not its owner: for the history, hooks and the live feed. Nothing else of the system follows it. */
  byHand: Type.Optional(Type.Literal(true)),
  /** Who is behind the event, as they were when it was resolved. Not stored. */
  player: Type.Optional(PlayerSnapshot),
  pog: Type.Optional(PlayerOnGameServerSnapshot),
});
export type EventEnvelope = Static<typeof EventEnvelope>;

/** An event of now, under a fresh id, that names nobody and nothing but what it is given. */
export const bareEvent = (event: Pick<EventEnvelope, 'name' | 'domainId'> & Partial<EventEnvelope>): EventEnvelope => ({
  id: newId(),
  occurredAt: new Date().toISOString(),
  gameServerId: null,
  playerId: null,
  moduleId: null,
  userId: null,
  actingUserId: null,
  actingModuleId: null,
  meta: null,
  depth: 0,
  ...event,
});

/** What the streams INGEST and LOGS carry: what a connector took in, before anybody knows who is behind it. */
export const IngestEnvelope = Type.Object({
  domainId: DomainId,
  gameServerId: Uuid,
  name: Type.String(),
  /** When the edge took it in. */
  receivedAt: Instant,
  /** What the game says, where it is plausible: not in the future, at most 24 h old. */
  gameTime: Nullable(Instant),
  meta: Type.Record(Type.String(), Type.Unknown()),
  /** Set by connectors that number their events; then the event's id derives from them. */
  streamId: Type.Optional(Type.String({ maxLength: 100 })),
  seq: Type.Optional(Type.Integer({ minimum: 0 })),
});
export type IngestEnvelope = Static<typeof IngestEnvelope>;

/** The same for an event that a connector sends again. */
export const reportIdOf = ({ gameServerId, streamId, seq }: IngestEnvelope): string | undefined =>
  streamId === undefined || seq === undefined ? undefined : `${gameServerId} ${seq} ${streamId}`;
