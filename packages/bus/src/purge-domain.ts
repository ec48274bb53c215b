import { jetstreamManager } from '@nats-io/jetstream';
import { STREAM_PREFIXES } from '@takaro/contracts/subjects';
import { type Bus, innerOf } from './bus.ts';

/** Takes every message of a domain out of every stream, parked ones too. Answers how many went. Safe to repeat. */
export async function purgeDomain(bus: Bus, domainId: string): Promise<number> {
  const { streams } = await jetstreamManager(innerOf(bus).nats, { checkAPI: false });
  const prefixes = [...STREAM_PREFIXES, ['dead', 'DEAD'] as const];
  const purged = await Promise.all(prefixes.map(([prefix, name]) => streams.purge(name, { filter: `${prefix}.${domainId}.>` })));
  return purged.reduce((sum, one) => sum + one.purged, 0);
}
