import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bus, consume, type Delivery, publishEvent } from '@takaro/bus';
import { EventEnvelope } from '@takaro/contracts/event-envelope';
import { keepStreams } from '@takaro/infra/nats/keeper';
import { setupStreams } from '@takaro/infra/nats/streams';
import { openKillableNats } from '@takaro/testing/killable-nats';
import { test as base, expect } from 'vitest';
import { eventOf } from './replica.ts';

const PATIENT = { timeout: 60_000, interval: 50 };

const test = base.extend('nats', async ({}, { onCleanup }) => {
  const open = new AsyncDisposableStack();
  onCleanup(() => open.disposeAsync());
  const server = open.use(await openKillableNats());
  await setupStreams(server.url, server.setupCredentials, { shrink: 256 });
  open.use(await keepStreams({ ...server, everyMs: 200, log: () => undefined }));
  return server;
});

/** Publishes until it is taken: while the streams are away it is not. */
const tell = (bus: Bus, text: string): Promise<void> =>
  expect.poll(() => publishEvent(bus, eventOf('quiet-test-domain', text)).then(() => 'taken', String), PATIENT).toBe('taken');

test(
  'services that run go on after the store of NATS was wiped, and mistake no new event for an old one',
  { timeout: 120_000 },
  async ({ nats }) => {
    const seen: { text: unknown; place: string }[] = [];
    const placeOf = ({ streamEpoch, streamSeq }: Delivery): string => `${streamEpoch} ${streamSeq}`;
    const reading = await consume<EventEnvelope>(await nats.busFor('events'), {
      stream: 'EVENTS',
      schema: EventEnvelope,
      react: async ({ meta }, delivery) => void seen.push({ text: meta?.['msg'], place: placeOf(delivery) }),
    });
    const players = await nats.busFor('players');
    await tell(players, 'before');
    await expect.poll(() => seen.map(({ text }) => text), PATIENT).toEqual(['before']);

    await nats.kill(() => rm(join(nats.folder, 'store'), { recursive: true }));
    await tell(players, 'after');

    await expect.poll(() => seen.map(({ text }) => text), PATIENT).toEqual(['before', 'after']);
    const [before, after] = seen.map(({ place }) => place.split(' '));
    expect(after?.[1], 'the sequence begins anew').toBe(before?.[1]);
    expect(after?.[0], 'the epoch does not').not.toBe(before?.[0]);
    await reading[Symbol.asyncDispose]();
  },
);
