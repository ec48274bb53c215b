import { openTcpProxy } from '@takaro/testing/tcp-proxy';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { type ConnectorsUnderTest, startConnectorsUnderTest } from './connectors-world.ts';
import { openSocket } from './socket.ts';

let connectors: ConnectorsUnderTest;
const test = worldTest(async () => undefined, { limits: { identifyTimeoutMs: 2_500, heartbeatMs: 1_000 } });
test.beforeAll(async ({ world }) => {
  connectors = await startConnectorsUnderTest(world);
});

const connect = (options = {}) => openSocket(connectors.port, options);

test('who does not identify in time is cut, who did is not', async () => {
  await using silent = await connect();
  await using refused = await connect();
  await using good = await connect();
  await good.identify('punctual-server');
  refused.send({ type: 'identify', payload: {} });

  expect(await silent.closed).toBe(1006);
  expect(await refused.closed).toBe(1006);
  await good.pong();
});

test('who does not answer a heartbeat is cut', async () => {
  await using deaf = await connect({ autoPong: false });
  await using good = await connect();
  await Promise.all([deaf.identify('deaf-server'), good.identify('hearing-server')]);

  expect(await deaf.closed).toBe(1006);
  await good.pong();
  await expect.poll(() => connectors.statusesOf('deaf-server')).toEqual([true, false]);
});

test('a line that lets nothing through any more and was never closed is cut, and the game server is away', async () => {
  await using line = await openTcpProxy(connectors.port);
  await using lost = await openSocket(line.port);
  await using good = await connect();
  await Promise.all([lost.identify('lost-server'), good.identify('steady-server')]);

  line.swallow();

  await expect.poll(() => connectors.statusesOf('lost-server'), { timeout: 20_000 }).toEqual([true, false]);
  expect(lost.isOpen()).toBe(true);
  await good.pong();
  expect(connectors.statusesOf('steady-server')).toEqual([true]);
});
