import { jetstreamManager } from '@nats-io/jetstream';
import { consume } from '@takaro/bus';
import { startConnectors } from '@takaro/connectors/service';
import { IngestEnvelope } from '@takaro/contracts/event-envelope';
import { openTcpProxy } from '@takaro/testing/tcp-proxy';
import { worldTest } from '@takaro/testing/world-test';
import { expect, inject } from 'vitest';
import { type ConnectorsUnderTest, DOMAIN, gameServerOf, readIngest, startConnectorsUnderTest, UNPACED } from './connectors-world.ts';
import { openSocket, type Socket } from './socket.ts';

const PATIENT = { timeout: 30_000 };
let connectors: ConnectorsUnderTest;
const test = worldTest(async () => undefined, { limits: UNPACED });
test.beforeAll(async ({ world }) => {
  connectors = await startConnectorsUnderTest(world, { reads: false });
});

const player = { gameId: '1', name: 'Alice' };
const say = (socket: Socket, msg: string): void => socket.event('chat-message', { player, channel: 'team', msg });
const lines = (count: number, size = 0): string[] => Array.from({ length: count }, (_, nr) => `${nr}${'x'.repeat(size)}`);

/** How many messages the stream has of a game server. */
async function storedOf(world: Parameters<typeof readIngest>[0], identityToken: string): Promise<Record<string, number>> {
  const manager = await jetstreamManager(await world.natsFor('setup'));
  const { state } = await manager.streams.info('INGEST', { subjects_filter: `ingest.${DOMAIN}.*.${gameServerOf(identityToken)}.>` });
  return Object.fromEntries(Object.entries(state.subjects ?? {}).map(([subject, count]) => [subject.split('.').at(-1), count]));
}

async function readOf(world: Parameters<typeof readIngest>[0], identityToken: string, wanted: readonly string[]): Promise<void> {
  const ingested: IngestEnvelope[] = [];
  await using _ = await readIngest(world, ingested);
  const said = () => ingested.filter((one) => one.gameServerId === gameServerOf(identityToken)).map(({ meta }) => meta['msg']);
  await expect.poll(() => said().length, PATIENT).toBe(wanted.length);
  expect(said()).toEqual(wanted);
}

test('one event at a time goes by itself; what comes while others are on their way goes as one, in its order', async ({ world }) => {
  await using socket = await openSocket(connectors.port);
  await socket.identify('busy-server');
  say(socket, 'alone');
  await socket.pong();
  expect(await storedOf(world, 'busy-server')).toEqual({ 'chat-message': 1 });

  for (const msg of lines(300)) say(socket, msg);
  await socket.pong();

  const { batch = 0, 'chat-message': alone = 0 } = await storedOf(world, 'busy-server');
  // 64 fit into one.
  expect(batch).toBeGreaterThanOrEqual(4);
  expect(batch + alone).toBeLessThan(60);
  await readOf(world, 'busy-server', ['alone', ...lines(300)]);
});

test('of events that would be too large together only as many go as one as fit, and none of them is refused', async ({ world }) => {
  await using socket = await openSocket(connectors.port);
  await socket.identify('wordy-server');
  const wordy = lines(100, 5_000);
  for (const msg of wordy) say(socket, msg);
  await socket.pong();

  expect(socket.frames.filter(({ type }) => type === 'error')).toEqual([]);
  // Three at most, and 64 at once if nobody counted bytes, which no stream takes.
  const { batch = 0 } = await storedOf(world, 'wordy-server');
  expect(batch).toBeGreaterThan(10);
  await readOf(world, 'wordy-server', wordy);
});

test('lines of logs travel among themselves, and nothing is sent twice because its acknowledgement was lost', async ({ world }) => {
  await using way = await openTcpProxy(Number(new URL(inject('servers').natsUrl).port));
  const context = await world.contextFor('connectors', { natsUrl: `nats://127.0.0.1:${way.port}` });
  await using endpoint = await startConnectors(context, { host: '127.0.0.1', port: 0 });
  await using socket = await openSocket(endpoint.port);
  await socket.identify('unlucky-server');
  await socket.pong();
  const all = lines(200);
  const sayAll = (texts: readonly string[]): void => {
    for (const [nr, msg] of texts.entries()) {
      say(socket, msg);
      if (nr % 10 === 0) socket.event('log', { msg });
    }
  };
  // What is said goes through, is stored, and nobody hears of that.
  way.slow(600);
  sayAll(all.slice(0, 100));
  await expect.poll(() => storedOf(world, 'unlucky-server'), { ...PATIENT, interval: 20 }).not.toEqual({});
  way.drop();
  way.slow(0);
  sayAll(all.slice(100));
  socket.send({ type: 'ping' });
  await socket.take('pong', 20_000);

  const logged: unknown[] = [];
  await using _ = await consume<IngestEnvelope>(await world.busFor('modules'), {
    stream: 'LOGS',
    schema: IngestEnvelope,
    react: async ({ meta }, { subject }) => void logged.push([subject.split('.').at(-1), meta['msg']]),
  });
  const wanted = all.filter((_line, nr) => nr % 10 === 0).map((msg) => [gameServerOf('unlucky-server'), msg]);
  await expect.poll(() => logged, PATIENT).toEqual(wanted);
  const manager = await jetstreamManager(await world.natsFor('setup'));
  const { state } = await manager.streams.info('LOGS', { subjects_filter: `log.${DOMAIN}.>` });
  expect(Object.keys(state.subjects ?? {}).map((subject) => subject.split('.').at(-1))).toContain('batch');
  await readOf(world, 'unlucky-server', all);
  expect(logged, 'and nothing after it').toEqual(wanted);
});
