import type { Bus, Delivered, Delivery } from '@takaro/bus';
import { publishEvents } from '@takaro/bus';
import { INGEST_META } from '@takaro/contracts/connectors/ingest';
import { ServiceError } from '@takaro/contracts/errors';
import type { EventEnvelope, IngestEnvelope } from '@takaro/contracts/event-envelope';
import type { GameEventName } from '@takaro/contracts/events/names';
import { GamePlayer } from '@takaro/contracts/gameservers/actions';
import { deriveId } from '@takaro/contracts/ids';
import { ingestSubject } from '@takaro/contracts/subjects';
import { matches, validate } from '@takaro/contracts/validate';
import { storable } from '@takaro/tenant-db';
import { plainEvent } from '../events.ts';
import { identify, type IdentifyParts, revisionsHere } from '../identify.ts';
import { momentOf, sightingOf, type Sighting } from '../sighting.ts';

type Meta = Readonly<Record<string, unknown>>;

/**
 * Finds who is behind what a game told, and tells it on under an id that is the same whenever it is told again. What the event changed
 * about the player is committed first, so a process that is killed anywhere loses and doubles nothing.
 */
export const resolvePlayer =
  (bus: Bus, parts: IdentifyParts) =>
  (ingest: IngestEnvelope, delivery: Delivery): Promise<void> =>
    resolvePlayers(bus, parts)([{ payload: ingest, delivery }]);

/** The same for what travelled as one, which is of one game server: what comes of it travels as one, too. */
export const resolvePlayers =
  (bus: Bus, parts: IdentifyParts) =>
  async (ingests: readonly Delivered<IngestEnvelope>[]): Promise<void> => {
    const reports = ingests.map(({ payload, delivery }) => reportOf(parts, payload, delivery));
    await publishEvents(bus, await resolved(parts, reports));
  };

/** What a game told, and whom it showed. */
interface Report {
  readonly domainId: string;
  readonly event: EventEnvelope;
  readonly sighting: Sighting | null;
}

function reportOf(parts: IdentifyParts, ingest: IngestEnvelope, delivery: Delivery): Report {
  const meta = checked(ingest, delivery);
  const { player: who } = meta;
  const moment = momentOf(new Date(ingest.gameTime ?? ingest.receivedAt), ingest.seq ?? placeOf(delivery), parts.now());
  return {
    domainId: ingest.domainId,
    event: eventOf(ingest, delivery, meta),
    sighting: matches<GamePlayer>(GamePlayer, who) ? sightingOf(ingest.gameServerId, ingest.name, who, moment) : null,
  };
}

async function resolved(parts: IdentifyParts, reports: readonly Report[]): Promise<EventEnvelope[]> {
  const [shown] = reports.filter(({ sighting }) => sighting !== null);
  const gameIds = new Set(reports.flatMap(({ sighting }) => (sighting ? [sighting.who.gameId] : [])));
  const revisions = shown?.sighting ? await revisionsHere(parts, shown.domainId, shown.sighting.gameServerId, gameIds) : new Map();
  const events: EventEnvelope[] = [];
  // One after the other: what the first changes about a player is known to the second.
  for (const { domainId, event, sighting } of reports) {
    const found = sighting && (await identify(parts, domainId, sighting, revisions));
    events.push({ ...event, ...(found && { playerId: found.player.id, player: found.player, pog: found.pog }) });
  }
  return events;
}

const isGameEvent = (name: string): name is GameEventName => Object.hasOwn(INGEST_META, name);

/** The subject is what NATS let the sender publish; the envelope is only what it says. @throws ServiceError INVALID_MESSAGE */
function checked({ domainId, gameServerId, name, meta }: IngestEnvelope, { subject }: Delivery): Meta {
  if (!isGameEvent(name) || name === 'log' || subject !== ingestSubject(domainId, gameServerId, name))
    throw new ServiceError('INVALID_MESSAGE');
  return storable(validate<Meta>(INGEST_META[name], meta));
}

/** Events of one game server in the order in which they came, those that travelled as one, too. */
const placeOf = ({ streamSeq, index }: Delivery): number => streamSeq * 1_024 + index;

const eventOf = (ingest: IngestEnvelope, delivery: Delivery, meta: Meta): EventEnvelope => ({
  ...plainEvent(ingest.domainId, ingest.name, Date.parse(ingest.receivedAt), shownOf(ingest.name, meta)),
  id: eventId(ingest, delivery),
  gameServerId: ingest.gameServerId,
});

const eventId = ({ gameServerId, streamId, seq }: IngestEnvelope, { streamEpoch, streamSeq, index }: Delivery): string =>
  streamId !== undefined && seq !== undefined
    ? deriveId('event', gameServerId, streamId, seq)
    : deriveId('event', streamEpoch, streamSeq, ...(index > 0 ? [index] : []));

/** Who came or left stands in the snapshots alone. What a game left open is left out. */
const shownOf = (name: string, meta: Meta): Meta =>
  name === 'player-connected' || name === 'player-disconnected'
    ? {}
    : Object.fromEntries(Object.entries(meta).filter(([, value]) => value !== null && value !== undefined));
