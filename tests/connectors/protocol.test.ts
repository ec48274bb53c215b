import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { type ConnectorsUnderTest, gameServerOf, startConnectorsUnderTest } from './connectors-world.ts';
import { openSocket } from './socket.ts';

let connectors: ConnectorsUnderTest;
const test = worldTest(async () => undefined, { limits: { webSocketFrameBytes: 100_000 } });
test.beforeAll(async ({ world }) => {
  connectors = await startConnectorsUnderTest(world);
});

const connect = (options = {}) => openSocket(connectors.port, options);

test('an ordinary GET is told to upgrade', async () => {
  const response = await fetch(`http://127.0.0.1:${connectors.port}/`);
  expect(response.status).toBe(426);
});

test('a socket is greeted at once, whatever its path and headers', async () => {
  await using socket = await connect({ headers: { origin: 'https://elsewhere.example' } });

  const { payload, requestId } = await socket.take('connected');

  expect(payload?.['clientId']).toMatch(/^client-[0-9a-f-]{36}$/);
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
});

test('a good identify is answered with the id of the game server and without a key named error', async () => {
  await using socket = await connect();

  const { payload } = await socket.identify('good-server', { name: 'Good server', protocolVersions: [0, 1], extra: { deep: true } });

  expect(payload).toEqual({ gameServerId: gameServerOf('good-server') });
  expect(socket.texts.join()).not.toContain('"error"');
  expect(socket.texts.every((text) => /^\{"type":"\w+","payload":.*,"requestId":"[0-9a-f-]{36}"\}$/.test(text))).toBe(true);
});

const badRequest = (message: string) => ({ error: { name: 'BadRequestError', message, http: 400 } });

test.for([
  ['no payload', undefined, badRequest('No payload provided')],
  ['a null payload', null, badRequest('No payload provided')],
  ['a payload that is a text', '{"identityToken":"a"}', badRequest('No identityToken provided')],
  ['no identity token', { registrationToken: 'good' }, badRequest('No identityToken provided')],
  ['an empty identity token', { identityToken: '', registrationToken: 'good' }, badRequest('No identityToken provided')],
  ['no registration token', { identityToken: 'server' }, badRequest('No registrationToken provided')],
  ['an empty registration token', { identityToken: 'server', registrationToken: '' }, badRequest('No registrationToken provided')],
  [
    'an unknown registration token',
    { identityToken: 'server', registrationToken: 'unknown' },
    badRequest('Invalid registrationToken provided'),
  ],
  ['a full domain', { identityToken: 'server', registrationToken: 'full' }, badRequest('Max game servers reached')],
  ['too short a name', { identityToken: 'ab', registrationToken: 'good' }, badRequest('The name of a game server has 3 to 50 characters')],
  [
    'a name that another server has',
    { identityToken: 'server', registrationToken: 'good', name: 'taken' },
    { error: { name: 'ConflictError', message: expect.stringContaining('Unique constraint violation'), http: 409 } },
  ],
  [
    'tokens beyond all measure',
    { identityToken: 'x'.repeat(2_000), registrationToken: 'good' },
    badRequest('Could not identify game server'),
  ],
  [
    'a failure of ours, without a word of its cause',
    { identityToken: 'server', registrationToken: 'broken' },
    { error: { name: 'ServiceUnavailableError', message: 'Could not identify game server', http: 503 } },
  ],
] as const)('identify is refused for %s, the socket stays open, and a good one follows', async ([_title, payload, refusal]) => {
  await using socket = await connect();

  socket.send({ type: 'identify', ...(payload !== undefined && { payload }) });

  expect((await socket.take('identifyResponse')).payload).toEqual(refusal);
  expect((await socket.identify('after-refusal')).payload).toEqual({ gameServerId: gameServerOf('after-refusal') });
});

test('identify with `data` in place of `payload` is refused', async () => {
  await using socket = await connect();
  socket.send({ type: 'identify', data: { identityToken: 'server', registrationToken: 'good' } });
  expect((await socket.take('identifyResponse')).payload).toEqual(badRequest('No payload provided'));
});

test.for(['identityToken', 'registrationToken'])('a %s that is a number is an error frame, not a refusal', async (field) => {
  await using socket = await connect();

  socket.send({ type: 'identify', payload: { identityToken: 'server', registrationToken: 'good', [field]: 7 } });

  expect((await socket.take('error')).payload).toEqual({ message: `Invalid ${field} provided` });
});

test('whoever identifies twice belongs to the last server', async () => {
  await using socket = await connect();
  await socket.identify('first-server');

  await socket.identify('second-server');
  socket.event('log', { msg: 'hi' });
  socket.event('player-connected', { player: { gameId: '1', name: 'Alice' } });

  await expect.poll(() => connectors.ingestedOf('second-server')).toHaveLength(1);
  expect(connectors.ingestedOf('first-server')).toHaveLength(0);
  await expect.poll(() => connectors.statusesOf('first-server')).toEqual([true, false]);
});

test('a ping before identify is answered, its requestId is not echoed', async () => {
  await using socket = await connect();

  socket.send({ type: 'ping', requestId: 'mine', payload: { timestamp: 1 } });

  const pong = await socket.take('pong');
  expect(pong.payload).toBeNull();
  expect(pong.requestId).not.toBe('mine');
});

test('an event before identify cuts the socket', async () => {
  await using socket = await connect();
  socket.event('log', { msg: 'too early' });
  expect(await socket.closed).toBe(1006);
});

test('an event right behind an identify waits for it', async () => {
  await using socket = await connect();
  socket.send({ type: 'identify', payload: { identityToken: 'eager-server', registrationToken: 'good' } });
  socket.event('chat-message', { player: { gameId: '1', name: 'Alice' }, channel: 'global', msg: 'eager' });

  await expect.poll(() => connectors.ingestedOf('eager-server').map(({ meta }) => meta['msg'])).toEqual(['eager']);
});

test('a frame beyond the limit closes its socket with 1009', async () => {
  await using socket = await connect();
  socket.sendRaw(`"${'x'.repeat(100_001)}"`);
  expect(await socket.closed).toBe(1009);
});
