import type { IngestMeta } from '@takaro/contracts/connectors/ingest';
import { CHAT_CHANNELS } from '@takaro/contracts/events/game-events';
import { GAME_EVENT_NAMES, type GameEventName, HOOK_EVENT_NAMES } from '@takaro/contracts/events/names';
import { isObject, readText } from '../reading.ts';
import { readGameTime } from './game-time.ts';
import type { KnownNames } from './known-names.ts';
import { readPlayer, readPosition } from './read-player.ts';

/** What the edge made of a `gameEvent` frame. */
export interface GameEvent {
  readonly name: GameEventName;
  readonly meta: Record<string, unknown>;
  readonly gameTime: Date | null;
}

/** Dropped without an answer; or refused, and the connector is told why. */
export type Reading = { readonly event: GameEvent } | { readonly refusal: string } | { readonly dropped: true };

type Fields = Readonly<Record<string, unknown>>;

/** Names that other parts of Takaro use; connectors that send them get no error. */
const FOREIGN_NAMES: ReadonlySet<string> = new Set<string>(HOOK_EVENT_NAMES);

const CLASSES: Readonly<Record<GameEventName, string>> = {
  log: 'EventLogLine',
  'player-connected': 'EventPlayerConnected',
  'player-disconnected': 'EventPlayerDisconnected',
  'chat-message': 'EventChatMessage',
  'player-death': 'EventPlayerDeath',
  'entity-killed': 'EventEntityKilled',
};

const isGameEvent = (name: string): name is GameEventName => GAME_EVENT_NAMES.some((known) => known === name);

/**
 * Reads an event tolerantly: what can be understood is kept, unknown fields are left out, and only what names no event or says
 * nothing at all is refused. `payload` is that of the frame.
 */
export function readEvent(payload: unknown, known: KnownNames, receivedAt: Date): Reading {
  if (!isObject(payload)) return { refusal: 'A gameEvent has a payload with type and data' };
  const name = readText(payload['type']) ?? '';
  if (!isGameEvent(name)) return FOREIGN_NAMES.has(name) ? { dropped: true } : { refusal: `There is no game event ${name.slice(0, 100)}` };
  const data = name === 'log' ? dataOfLog(payload['data']) : payload['data'];
  if (!isObject(data)) return { refusal: refusalOf(name, 'data', 'isObject') };
  const meta = META[name](data, known);
  if (typeof meta === 'string') return { refusal: refusalOf(name, meta, 'isString') };
  const gameTime = readGameTime(data['timestamp'], receivedAt);
  const timestamp = (gameTime ?? receivedAt).toISOString();
  return { event: { name, meta: { ...meta, timestamp }, gameTime } };
}

/** A line without a wrapping object, or none at all, is still a line. */
const dataOfLog = (data: unknown): unknown => (typeof data === 'string' ? { msg: data } : (data ?? {}));

const refusalOf = (name: GameEventName, property: string, rule: string): string =>
  `An instance of ${CLASSES[name]} has failed the validation:\n - property ${property} has failed the following constraints: ${rule} \n`;

/** How the meta of each event is made; a text is the name of a property without which the event says nothing. */
const META: { readonly [Name in GameEventName]: (data: Fields, known: KnownNames) => IngestMeta[Name] | string } = {
  log: (data) => ({ msg: readText(data['msg']) ?? '' }),
  'player-connected': (data, known) => ({ ...whoOf(data, known), ...saidOf(data) }),
  'player-disconnected': (data, known) => ({ ...whoOf(data, known), ...saidOf(data) }),
  'chat-message': (data, known) => ({
    ...whoOf(data, known),
    ...personOf('recipient', data, known),
    msg: readText(data['msg']) ?? '',
    channel: channelOf(data['channel']),
  }),
  'player-death': (data, known) => {
    const position = readPosition(data['position']);
    return { ...whoOf(data, known), ...personOf('attacker', data, known), ...(position && { position }), ...saidOf(data) };
  },
  'entity-killed': (data, known) => {
    const entity = readText(data['entity']);
    if (entity === undefined) return 'entity';
    return { ...whoOf(data, known), entity, weapon: readText(data['weapon']) ?? '', ...saidOf(data) };
  },
};

const whoOf = (data: Fields, known: KnownNames) => personOf('player', data, known);

function personOf<Key extends string>(key: Key, data: Fields, known: KnownNames) {
  const player = readPlayer(data[key], known);
  return player ? { [key]: player } : {};
}

function saidOf(data: Fields): { msg?: string } {
  const msg = readText(data['msg']);
  return msg === undefined ? {} : { msg };
}

/** An unknown channel is not public, so nothing that is answered in public comes of it. */
function channelOf(value: unknown): (typeof CHAT_CHANNELS)[number] {
  const channel = readText(value)?.toLowerCase();
  return CHAT_CHANNELS.find((known) => known === channel) ?? 'team';
}
