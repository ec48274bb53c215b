import { consume } from '@takaro/bus';
import { IngestEnvelope } from '@takaro/contracts/event-envelope';
import { newId } from '@takaro/contracts/ids';
import { actionSubject, ingestSubject } from '@takaro/contracts/subjects';
import type { World } from '@takaro/testing/world';
import { worldTest } from '@takaro/testing/world-test';
import { Type } from 'typebox';
import { expect } from 'vitest';
import { type ConnectorsUnderTest, DOMAIN, gameServerOf, readIngest, startConnectorsUnderTest, UNPACED } from './connectors-world.ts';
import { openSocket, type Socket } from './socket.ts';

let connectors: ConnectorsUnderTest;
const test = worldTest(async () => undefined, { limits: UNPACED });
test.beforeAll(async ({ world }) => {
  connectors = await startConnectorsUnderTest(world, { reads: false });
});

const alice = { gameId: '1', name: 'Alice' };

async function connect(identityToken: string, fields: object = {}): Promise<Socket> {
  const socket = await openSocket(connectors.port);
  await socket.identify(identityToken, fields);
  return socket;
}

const logs = async (world: World): Promise<IngestEnvelope[]> => {
  const lines: IngestEnvelope[] = [];
  await consume<IngestEnvelope>(await world.busFor('modules'), {
    stream: 'LOGS',
    schema: IngestEnvelope,
    react: async (envelope) => void lines.push(envelope),
  });
  return lines;
};

const takenEvents = async (): Promise<number> => {
  const metric = await connectors.context.metrics.getSingleMetric('takaro_connector_events_total')?.get();
  return metric?.values.find(({ labels }) => labels['outcome'] === 'taken')?.value ?? 0;
};

/** Fills the stream to the last kilobyte. */
async function fillIngest(world: World): Promise<void> {
  const bus = await world.busFor('connectors');
  for (const bytes of [200_000, 1_000]) {
    const fill = async (): Promise<void> => {
      for (;;) await bus.publish(ingestSubject('filler', gameServerOf('filler'), 'log'), 'x'.repeat(bytes), { msgId: newId() });
    };
    await expect(fill()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  }
}

test('a pong and an acknowledgement wait until the stream has taken every event before them', async ({ world }) => {
  await using socket = await connect('full-stream', { capabilities: ['event-ack'] });
  socket.onRequest((_action, _args, requestId) => socket.send({ type: 'response', requestId, payload: [] }));
  await fillIngest(world);

  for (const [seq, msg] of ['one', 'two', 'three'].entries())
    socket.event('chat-message', { player: alice, channel: 'global', msg: msg.repeat(1_000) }, { streamId: 'run', seq });
  socket.send({ type: 'ping' });
  const gameservers = await world.busFor('gameservers');
  // The answers were sent after the ping, and they are here.
  for (let n = 0; n < 50; n += 1) await gameservers.nats.request(actionSubject(DOMAIN, gameServerOf('full-stream'), 'getPlayers'), '{}');
  expect(socket.frames.filter(({ type }) => type === 'pong' || type === 'eventAck')).toEqual([]);

  const ingested: IngestEnvelope[] = [];
  await using _reading = await consume<IngestEnvelope>(await world.busFor('players'), {
    stream: 'INGEST',
    schema: Type.Unknown(),
    react: async (envelope) => void (envelope.gameServerId === gameServerOf('full-stream') && ingested.push(envelope)),
  });
  await socket.take('pong', 15_000);
  // The first event may have been acknowledged alone, but all were before the pong.
  const acknowledged = socket.frames.filter(({ type }) => type === 'eventAck');
  expect(acknowledged.at(-1)?.payload).toEqual({ streamId: 'run', upTo: 2 });
  await expect.poll(() => ingested.map(({ meta }) => String(meta['msg']).slice(0, 3)), { timeout: 10_000 }).toEqual(['one', 'two', 'thr']);
}, 60_000);

test('a socket is not read any further while too much of it waits for the stream, and nothing is lost by that', async ({ world }) => {
  await using flood = await connect('flooding-server');
  await using other = await connect('quiet-server');
  await fillIngest(world);
  const before = await takenEvents();
  const said = Array.from({ length: 3_000 }, (_, n) => `${n} ${'z'.repeat(1_000)}`);

  for (const msg of said) flood.event('chat-message', { player: alice, channel: 'global', msg });
  flood.send({ type: 'ping' });

  await expect.poll(async () => (await takenEvents()) - before).toBeGreaterThan(512);
  for (let n = 0; n < 50; n += 1) await other.pong();
  expect((await takenEvents()) - before).toBeLessThan(1_000);

  const ingested: IngestEnvelope[] = [];
  await using _reading = await consume<IngestEnvelope>(await world.busFor('players'), {
    stream: 'INGEST',
    schema: Type.Unknown(),
    react: async (envelope) => void (envelope.gameServerId === gameServerOf('flooding-server') && ingested.push(envelope)),
  });
  await flood.take('pong', 30_000);
  await expect.poll(() => new Set(ingested.map(({ meta }) => meta['msg'])), { timeout: 10_000 }).toEqual(new Set(said));
}, 60_000);

test('events arrive in the order in which they were sent, and each pong after the events before it', async ({ world }) => {
  const ingested: IngestEnvelope[] = [];
  await using _reading = await readIngest(world, ingested);
  await using socket = await connect('ordered-server');
  const said = Array.from({ length: 2_000 }, (_, n) => `line ${n}`);

  for (const [n, msg] of said.entries()) {
    socket.event('chat-message', { player: alice, channel: 'global', msg });
    if (n % 500 === 499) socket.send({ type: 'ping' });
  }

  for (let n = 0; n < 4; n += 1) await socket.take('pong', 20_000);
  await expect.poll(() => ingested.length, { timeout: 20_000 }).toBe(said.length);
  expect(ingested.map(({ meta }) => meta['msg'])).toEqual(said);
});

test('an event says where it belongs, when it was taken in, and what the game says of the time', async ({ world }) => {
  const ingested: IngestEnvelope[] = [];
  await using _reading = await readIngest(world, ingested);
  await using socket = await connect('dated-server');
  const before = Date.now();
  const gameTime = new Date(before - 60_000).toISOString();

  socket.event('player-death', {
    player: alice,
    attacker: { gameId: '2', name: 'Bob' },
    position: { x: 1, y: 2, z: 3 },
    timestamp: gameTime,
  });

  await expect.poll(() => ingested).toHaveLength(1);
  expect(ingested[0]).toEqual({
    domainId: DOMAIN,
    gameServerId: gameServerOf('dated-server'),
    name: 'player-death',
    receivedAt: expect.any(String),
    gameTime,
    meta: { player: alice, attacker: { gameId: '2', name: 'Bob' }, position: { x: 1, y: 2, z: 3 }, timestamp: gameTime },
  });
  expect(Date.parse(ingested[0]!.receivedAt)).toBeGreaterThanOrEqual(before);
});

test('an event that a connector numbered and sent again is stored once', async ({ world }) => {
  const ingested: IngestEnvelope[] = [];
  await using _reading = await readIngest(world, ingested);
  const sendAll = (socket: Socket) => {
    for (const seq of [1, 2, 3]) socket.event('chat-message', { player: alice, channel: 'team', msg: `${seq}` }, { streamId: 'run', seq });
  };
  await using first = await connect('numbering-server');
  sendAll(first);
  await first.pong();
  await using second = await connect('numbering-server');

  sendAll(second);
  second.event('chat-message', { player: alice, channel: 'team', msg: '4' }, { streamId: 'run', seq: 4 });
  await second.pong();

  await expect.poll(() => ingested.map(({ meta }) => meta['msg'])).toEqual(['1', '2', '3', '4']);
});

test('log lines go a way of their own', async ({ world }) => {
  const lines = await logs(world);
  const ingested: IngestEnvelope[] = [];
  await using _reading = await readIngest(world, ingested);
  await using socket = await connect('talking-server');

  socket.event('log', { msg: 'a line' });
  socket.event('player-connected', { player: alice });

  await expect.poll(() => ingested).toHaveLength(1);
  await expect.poll(() => lines.map(({ meta }) => meta['msg'])).toEqual(['a line']);
});

test.for([
  ['an unknown name', { type: 'log-line', data: {} }, 'There is no game event log-line'],
  ['no data', { type: 'chat-message' }, expect.stringContaining('property data')],
  ['no entity', { type: 'entity-killed', data: { player: alice } }, expect.stringContaining('property entity')],
  ['no payload', undefined, expect.stringContaining('payload')],
  ['more than a stream holds', { type: 'log', data: { msg: 'x'.repeat(300_000) } }, expect.stringContaining('bytes at most')],
] as const)('an event with %s is answered with an error, and the socket goes on', async ([_title, payload, message]) => {
  await using socket = await connect('erring-server');

  socket.send({ type: 'gameEvent', ...(payload && { payload }) });

  expect((await socket.take('error')).payload).toEqual({ message });
  await socket.pong();
});

test('the name of an event of another part is dropped without an answer', async () => {
  await using socket = await connect('foreign-server');
  socket.event('player-created', {});
  await socket.pong();
  expect(socket.frames.some(({ type }) => type === 'error')).toBe(false);
});
