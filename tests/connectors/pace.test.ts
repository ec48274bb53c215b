import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { type ConnectorsUnderTest, startConnectorsUnderTest } from './connectors-world.ts';
import { openSocket } from './socket.ts';

const EVENTS = 6_000;
let connectors: ConnectorsUnderTest;
const test = worldTest(async () => undefined, { limits: { gameServerEventsPerSecond: 2_000, gameServerEventsAtOnce: 500 } });
test.beforeAll(async ({ world }) => {
  connectors = await startConnectorsUnderTest(world);
});

const rests = async (): Promise<number> => {
  const metric = await connectors.context.metrics.getSingleMetric('takaro_connector_rests_total')?.get();
  return metric?.values[0]?.value ?? 0;
};

async function report(identityToken: string, count: number): Promise<void> {
  await using socket = await openSocket(connectors.port);
  await socket.identify(identityToken);
  const player = { gameId: '1', name: 'Alice' };
  for (let nr = 0; nr < count; nr += 1) socket.event('chat-message', { player, channel: 'global', msg: `message ${nr}` });
  socket.send({ type: 'ping' });
  await socket.take('pong', 60_000);
}

test('a game server that reports faster than it may is read no faster, and nothing of it is lost', { timeout: 120_000 }, async () => {
  await report('in-time', 400);
  expect(await rests()).toBe(0);

  await report('flooding', EVENTS);

  expect(await rests()).toBeGreaterThan(0);
  const messages = () => connectors.ingestedOf('flooding').map(({ meta }) => Reflect.get(Object(meta), 'msg'));
  await expect.poll(messages, { timeout: 60_000 }).toHaveLength(EVENTS);
  expect(messages()).toEqual(Array.from({ length: EVENTS }, (_, nr) => `message ${nr}`));
});

test('the pace falls when a service says that it cannot keep up, and grows again', async ({ world }) => {
  const pace = async (): Promise<number> => {
    const metric = await connectors.context.metrics.getSingleMetric('takaro_connector_pace')?.get();
    return metric?.values[0]?.value ?? 0;
  };
  const { gameServerEventsPerSecondUneven: most } = connectors.context.limits;
  expect(await pace()).toBe(most);

  (await world.natsFor('players')).publish('strain.players');

  await expect.poll(pace, { timeout: 10_000 }).toBeLessThan(most * 0.9);
  await expect.poll(pace, { timeout: 60_000 }).toBe(most);
});
