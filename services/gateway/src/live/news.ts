import { EventEnvelope, IngestEnvelope } from '@takaro/contracts/event-envelope';
import { GAME_EVENT_NAMES } from '@takaro/contracts/events/names';
import type { EventOutput } from '@takaro/contracts/events/rest';
import { storedEventOf } from '@takaro/contracts/events/stored-event';
import { matches } from '@takaro/contracts/validate';

/** What a game said, as it said it. */
export interface GameEvent {
  readonly gameServerId: string;
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Something that happened in a domain a moment ago. */
export interface News {
  /** Of the event; a log line has none. */
  readonly id?: string;
  /** What the history keeps of it. */
  readonly event?: EventOutput;
  readonly gameEvent?: GameEvent;
  /** About what it takes to tell it. */
  readonly sizeBytes: number;
}

const FROM_GAMES: ReadonlySet<string> = new Set(GAME_EVENT_NAMES);

/** What a message of the bus says to who watches the domain; null where that is nothing. */
export function newsIn(message: unknown, sizeBytes: number): News | null {
  if (matches<EventEnvelope>(EventEnvelope, message)) {
    const event = storedEventOf(message);
    const gameEvent = gameEventOf(message);
    return event || gameEvent ? { id: message.id, ...(event && { event }), ...(gameEvent && { gameEvent }), sizeBytes } : null;
  }
  if (!matches<IngestEnvelope>(IngestEnvelope, message)) return null;
  const { gameServerId, name, meta, receivedAt } = message;
  return { gameEvent: { gameServerId, type: name, payload: { type: name, timestamp: receivedAt, ...meta } }, sizeBytes };
}

/** Only what a game told and players resolved: Takaro's own words in the chat have nobody behind them. */
function gameEventOf({ name, gameServerId, meta, player, pog, byHand, occurredAt }: EventEnvelope): GameEvent | null {
  if (byHand || !FROM_GAMES.has(name) || gameServerId === null || !player) return null;
  const who = {
    name: player.name,
    ...(pog && { gameId: pog.gameId }),
    ...(player.steamId && { steamId: player.steamId }),
    ...(player.epicOnlineServicesId && { epicOnlineServicesId: player.epicOnlineServicesId }),
    ...(player.xboxLiveId && { xboxLiveId: player.xboxLiveId }),
    ...(player.platformId && { platformId: player.platformId }),
  };
  return { gameServerId, type: name, payload: { type: name, timestamp: occurredAt, player: who, ...meta } };
}
