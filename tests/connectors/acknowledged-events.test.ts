import type { IngestEnvelope } from '@takaro/contracts/event-envelope';
import { worldTest } from '@takaro/testing/world-test';
import * as fc from 'fast-check';
import { expect } from 'vitest';
import { type ConnectorsUnderTest, startConnectorsUnderTest } from './connectors-world.ts';
import { openSocket, type Socket } from './socket.ts';

let connectors: ConnectorsUnderTest;
const test = worldTest(async () => undefined);
test.beforeAll(async ({ world }) => {
  connectors = await startConnectorsUnderTest(world);
});

const ASKING = { capabilities: ['event-ack'] };

async function connect(identityToken: string, fields: object = ASKING): Promise<Socket> {
  const socket = await openSocket(connectors.port);
  await socket.identify(identityToken, fields);
  return socket;
}

const say = (socket: Socket, msg: string, numbers: object = {}): void =>
  socket.event('chat-message', { player: { gameId: '1', name: 'Alice' }, channel: 'team', msg }, numbers);

const said = (identityToken: string): string[] =>
  connectors.ingestedOf(identityToken).map(({ meta }: IngestEnvelope) => String(meta['msg']));

/** The highest number that each stream was acknowledged up to. */
const acknowledged = (socket: Socket): Record<string, number> =>
  Object.fromEntries(
    socket.frames.filter(({ type }) => type === 'eventAck').map(({ payload }) => [payload?.['streamId'], Number(payload?.['upTo'])]),
  );

test.for([ASKING, { capabilities: [{ name: 'events.log' }, { name: 'event-ack' }] }])(
  'who asks with %j is told that it is granted, and gets what is stored acknowledged',
  async (fields) => {
    await using socket = await openSocket(connectors.port);
    const { payload } = await socket.identify('asking-server', fields);
    expect(payload).toMatchObject({ gameServerId: expect.any(String), capabilities: ['event-ack'] });

    for (const seq of [1, 2, 3, 9]) say(socket, `${seq}`, { streamId: 'run', seq });

    await expect.poll(() => acknowledged(socket)).toEqual({ run: 9 });
  },
);

test.for([{}, { capabilities: 'event-ack' }, { capabilities: ['events.log', 7, null] }])(
  'who identifies with %j hears nothing of it, numbered or not',
  async (fields) => {
    await using socket = await openSocket(connectors.port);
    const { payload } = await socket.identify('old-server', fields);
    expect(payload).toEqual({ gameServerId: expect.any(String) });

    say(socket, 'one', { streamId: 'run', seq: 1 });
    say(socket, 'odd', { streamId: 'run', seq: -1 });
    await socket.pong();

    expect(socket.frames.map(({ type }) => type)).toEqual(['connected', 'identifyResponse', 'pong']);
    await expect.poll(() => said('old-server')).toContain('odd');
  },
);

test('what has no number is taken, and confirmed by the pong alone', async () => {
  await using socket = await connect('mixed-server');
  say(socket, 'without');
  say(socket, 'with', { streamId: 'run', seq: 4 });
  await socket.pong();

  await expect.poll(() => said('mixed-server')).toEqual(['without', 'with']);
  expect(acknowledged(socket)).toEqual({ run: 4 });
});

test.for([{ streamId: 'run' }, { seq: 1 }, { streamId: 'run', seq: -1 }, { streamId: 'run', seq: 2 ** 53 }, { streamId: '', seq: 1 }])(
  'an event numbered %j is refused, since it would be stored anew each time that it is sent',
  async (numbers) => {
    await using socket = await connect('misnumbering-server');
    say(socket, 'misnumbered', numbers);

    const refusal = await socket.take('eventError');
    expect(refusal).toMatchObject({ payload: null, error: { code: 'invalid_args', message: expect.stringContaining('streamId') } });
    await socket.pong();
    expect(said('misnumbering-server')).toEqual([]);
  },
);

test('an event that can never be stored is refused with its number and counts as done, so that it is not sent for ever', async () => {
  await using socket = await connect('refused-server');
  say(socket, 'first', { streamId: 'run', seq: 1 });
  socket.event('player-sneezed', {}, { streamId: 'run', seq: 2 });
  socket.event('log', { msg: 'x'.repeat(300_000) }, { streamId: 'run', seq: 3 });
  socket.event('player-created', {}, { streamId: 'run', seq: 4 });

  await expect.poll(() => acknowledged(socket)).toEqual({ run: 4 });
  const refused = socket.frames.filter(({ type }) => type === 'eventError').map(({ payload }) => payload);
  expect(refused).toEqual([
    { streamId: 'run', seq: 2 },
    { streamId: 'run', seq: 3 },
  ]);
  await expect.poll(() => said('refused-server')).toEqual(['first']);
});

test('a number that goes back is the repetition of an event, another stream has numbers of its own', async () => {
  await using socket = await connect('jumping-server');
  const sent = [
    ['run', 5],
    ['run', 3],
    ['run', 5],
    ['run', Number.MAX_SAFE_INTEGER],
    ['other', 5],
    ['run', 3],
  ] as const;
  for (const [streamId, seq] of sent) say(socket, `${streamId} ${seq}`, { streamId, seq });
  await socket.pong();

  await expect.poll(() => said('jumping-server')).toEqual(['run 5', 'run 3', `run ${Number.MAX_SAFE_INTEGER}`, 'other 5']);
  expect(acknowledged(socket)).toMatchObject({ other: 5 });
});

test('an event that is sent two to ten times, over several sockets, is stored once; each other number is one of its own', async () => {
  const repeats = fc.sample(fc.integer({ min: 2, max: 10 }), { seed: 14, numRuns: 60 });
  await using first = await connect('repeating-server');
  await using second = await connect('repeating-server');

  for (const [seq, times] of repeats.entries())
    for (let time = 0; time < times; time += 1) say(time % 2 === 0 ? first : second, `${seq}`, { streamId: 'run', seq });
  await Promise.all([first.pong(), second.pong()]);

  await expect.poll(() => said('repeating-server').length).toBeGreaterThanOrEqual(repeats.length);
  expect(said('repeating-server').toSorted()).toEqual(repeats.map((_, seq) => `${seq}`).toSorted());
  expect([acknowledged(first), acknowledged(second)]).toEqual([{ run: repeats.length - 1 }, { run: repeats.length - 1 }]);
});
