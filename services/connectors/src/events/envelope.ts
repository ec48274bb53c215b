import type { IngestEnvelope } from '@takaro/contracts/event-envelope';
import type { ConnectedServer } from '../registry.ts';
import type { Numbering } from './numbering.ts';
import type { GameEvent } from './read-event.ts';

/** What the streams carry of an event. */
export const envelopeOf = (
  { domainId, gameServerId }: ConnectedServer,
  { name, meta, gameTime, numbered }: GameEvent & { readonly numbered: Numbering['value'] },
  receivedAt: Date,
): IngestEnvelope => ({
  domainId,
  gameServerId,
  name,
  receivedAt: receivedAt.toISOString(),
  gameTime: gameTime?.toISOString() ?? null,
  meta,
  ...numbered,
});

/** What a frame can grow by on its way into the envelope: invalid bytes become three, a name may stand twice. */
const GROWTH = 8;

/** A stream's message has headers besides. */
const HEADER_BYTES = 2_048;

/** Measures exactly only what comes near the limit. */
export const isTooLarge = (envelope: IngestEnvelope, frameBytes: number, limitBytes: number): boolean =>
  frameBytes * GROWTH > limitBytes - HEADER_BYTES && Buffer.byteLength(JSON.stringify(envelope)) > limitBytes - HEADER_BYTES;
