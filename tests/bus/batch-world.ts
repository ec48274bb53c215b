import { jetstreamManager } from '@nats-io/jetstream';
import type { Bus, Delivery } from '@takaro/bus';
import { EventEnvelope } from '@takaro/contracts/event-envelope';
import { durableName, laneOf } from '@takaro/contracts/subjects';
import { openWorld, type World } from '@takaro/testing/world';
import { test as base } from 'vitest';
import { eventOf } from './replica.ts';

export const PATIENT = { timeout: 60_000, interval: 50 };
export const domainId = 'quiet-test-domain';
export const read = { stream: 'EVENTS', schema: EventEnvelope } as const;
export const textOf = ({ meta }: EventEnvelope): string => String(meta?.['msg']);
export const events = (...texts: string[]): EventEnvelope[] => texts.map((text) => eventOf(domainId, text));
export const placeOf = ({ streamEpoch, streamSeq, index }: Delivery): string => `${streamEpoch} ${streamSeq} ${index}`;

export interface Ends {
  readonly world: World;
  readonly players: Bus;
  readonly events: Bus;
}

export const test = base.extend<{ ends: Ends }>({
  ends: async ({}, use) => {
    await using world = await openWorld();
    await use({ world, players: await world.busFor('players'), events: await world.busFor('events') });
  },
});

export const managerOf = async ({ world }: Ends) => jetstreamManager(await world.natsFor('setup'));

/** How many the stream has, and how many of those are not acknowledged. */
export async function countsOf(ends: Ends): Promise<{ stored: number; open: number; dead: number }> {
  const manager = await managerOf(ends);
  const { num_ack_pending: open } = await manager.consumers.info('EVENTS', durableName('events', laneOf(domainId)));
  const [stored, dead] = await Promise.all(['EVENTS', 'DEAD'].map(async (name) => (await manager.streams.info(name)).state.messages));
  return { stored: stored ?? 0, open, dead: dead ?? 0 };
}
