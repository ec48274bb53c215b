import { setTimeout as delay } from 'node:timers/promises';
import { type Endpoint, startConnectors } from '@takaro/connectors/service';
import type { IngestEnvelope } from '@takaro/contracts/event-envelope';
import type { ServiceContext } from '@takaro/process';
import { openWorld } from '@takaro/testing/world';
import { expect, test } from 'vitest';
import { readIngest, startNeighbours } from './connectors-world.ts';
import { openSocket } from './socket.ts';

/** One event after the burst in 100 s: as good as never. */
const LIMITS = { gameServerEventsPerSecond: 0.01, gameServerEventsAtOnce: 5 };

test('what was read too fast goes on when its turn comes, and at once when the process stops', { timeout: 60_000 }, async () => {
  await using world = await openWorld({ limits: LIMITS });
  await startNeighbours(world);
  const ingested: IngestEnvelope[] = [];
  await readIngest(world, ingested);
  const opened = Promise.withResolvers<{ endpoint: Endpoint; metrics: ServiceContext['metrics'] }>();
  await world.start('connectors', async (context) => {
    const endpoint = await startConnectors(context, { host: '127.0.0.1', port: 0 });
    opened.resolve({ endpoint, metrics: context.metrics });
    return endpoint;
  });
  const { endpoint, metrics } = await opened.promise;
  await using socket = await openSocket(endpoint.port);
  await socket.identify('hasty');
  const player = { gameId: '1', name: 'Alice' };

  for (let nr = 0; nr < 8; nr += 1) socket.event('chat-message', { player, channel: 'global', msg: `message ${nr}` });
  const taken = async () => (await metrics.getSingleMetric('takaro_connector_events_total')?.get())?.values[0]?.value;
  await expect.poll(taken, { timeout: 10_000 }).toBe(8);
  await expect.poll(() => ingested.length, { timeout: 10_000 }).toBe(5);
  await delay(300);
  expect(ingested).toHaveLength(5);

  await endpoint[Symbol.asyncDispose]();

  await expect.poll(() => ingested.length, { timeout: 10_000 }).toBe(8);
  expect(ingested.map(({ meta }) => meta['msg'])).toEqual(Array.from({ length: 8 }, (_, nr) => `message ${nr}`));
});
