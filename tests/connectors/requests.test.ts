import { readWhole } from '@takaro/bus';
import { ACTIONS, type ActionName, ActionReply } from '@takaro/contracts/gameservers/actions';
import { actionSubject } from '@takaro/contracts/subjects';
import { matches, validate } from '@takaro/contracts/validate';
import { sample } from '@takaro/testing/sample';
import type { World } from '@takaro/testing/world';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { type ConnectorsUnderTest, DOMAIN, gameServerOf, startConnectorsUnderTest } from './connectors-world.ts';
import { openSocket, type Socket } from './socket.ts';

let connectors: ConnectorsUnderTest;
const test = worldTest(async () => undefined, { limits: { actionTimeoutMs: 1_500 } });
test.beforeAll(async ({ world }) => {
  connectors = await startConnectorsUnderTest(world);
});

async function connect(identityToken: string): Promise<Socket> {
  const socket = await openSocket(connectors.port);
  await socket.identify(identityToken);
  return socket;
}

/** Asks as gameservers does. */
async function ask(world: World, identityToken: string, action: string, args: object = {}): Promise<ActionReply> {
  const bus = await world.busFor('gameservers');
  const reply = await bus.nats.request(actionSubject(DOMAIN, gameServerOf(identityToken), action), JSON.stringify(args), {
    timeout: 10_000,
  });
  return validate<ActionReply>(ActionReply, await readWhole(bus, reply));
}

const pendingRequests = async (): Promise<number> => {
  const metric = await connectors.context.metrics.getSingleMetric('takaro_connector_pending_requests')?.get();
  return metric?.values[0]?.value ?? 0;
};

test.for(Object.keys(ACTIONS) as ActionName[])('%s reaches the game server and its answer comes back', async (action, { world }) => {
  await using socket = await connect('willing-server');
  const contract = ACTIONS[action];
  const result = sample(contract.result);
  const requests: { action: string; args: Record<string, unknown> }[] = [];
  socket.onRequest((asked, args, requestId) => {
    requests.push({ action: asked, args });
    socket.send({ type: 'anything', requestId, payload: result });
  });
  const args = sample<Record<string, unknown>>(contract.args);

  const reply = await ask(world, 'willing-server', action, args);

  expect('result' in reply && matches(contract.result, reply.result)).toBe(true);
  expect(requests.map((request) => request.action)).toEqual([action]);
  if (args['gameId'] !== undefined) expect(requests[0]!.args['gameId']).toBe(args['gameId']);
});

test('a request is one compact text frame with its arguments as JSON text', async ({ world }) => {
  await using socket = await connect('strict-server');
  socket.onRequest((_action, _args, requestId) => socket.send({ type: 'response', requestId, payload: [] }));

  await ask(world, 'strict-server', 'getPlayers');

  const text = socket.texts.find((one) => one.includes('"request"'));
  expect(text).toMatch(/^\{"type":"request","payload":\{"action":"getPlayers","args":"\{\}"\},"requestId":"[0-9a-f-]{36}"\}$/);
});

test('an answer that is larger than a message comes back whole', async ({ world }) => {
  await using socket = await connect('talkative-server');
  const rawResult = 'ä'.repeat(1_000_000);
  socket.onRequest((_action, _args, requestId) => socket.send({ type: 'response', requestId, payload: { rawResult, success: true } }));

  expect(await ask(world, 'talkative-server', 'executeConsoleCommand', { command: 'x' })).toEqual({
    result: { rawResult, success: true },
  });
});

test('a failure comes back with the words of the game', async ({ world }) => {
  await using socket = await connect('refusing-server');
  socket.onRequest((_action, _args, requestId) => socket.send({ type: 'error', requestId, payload: { message: 'no such item' } }));

  expect(await ask(world, 'refusing-server', 'giveItem', { gameId: '1', item: 'x', amount: 1, quality: '' })).toEqual({
    failure: 'failed',
    reason: 'no such item',
  });
});

test('an answer that cannot be read is invalid, and the connector is told with the id of the request', async ({ world }) => {
  await using socket = await connect('confused-server');
  let asked = '';
  socket.onRequest((_action, _args, requestId) => {
    asked = requestId;
    socket.send({ type: 'response', requestId, payload: { players: [] } });
  });

  expect(await ask(world, 'confused-server', 'getPlayers')).toEqual({ failure: 'invalid-answer' });
  const complaint = await socket.take('error');
  expect(complaint.requestId).toBe(asked);
  expect(complaint.payload).toEqual({ message: 'Expected array for action getPlayers but got object' });
});

test('a request that is not answered times out and leaves nothing behind; an answer that comes late is ignored', async ({ world }) => {
  await using socket = await connect('slow-server');
  const asking = ask(world, 'slow-server', 'getPlayers');
  const { requestId } = await socket.take('request');
  expect(await pendingRequests()).toBe(1);

  expect(await asking).toEqual({ failure: 'timed-out' });
  expect(await pendingRequests()).toBe(0);
  socket.send({ type: 'response', requestId, payload: [] });
  await socket.pong();
  expect(socket.frames.filter(({ type }) => type === 'request')).toHaveLength(1);
});

test('only the top-level requestId tells which request is answered', async ({ world }) => {
  await using socket = await connect('muddled-server');
  socket.onRequest((_action, _args, requestId) => {
    socket.send({ type: 'response', payload: { requestId, rawResult: 'wrong', success: true } });
    socket.send({ type: 'response', requestId: 'another', payload: { rawResult: 'wrong', success: true } });
    socket.send({ type: 'response', requestId, payload: { rawResult: 'right', success: true } });
  });
  expect(await ask(world, 'muddled-server', 'executeConsoleCommand', { command: 'x' })).toEqual({
    result: { rawResult: 'right', success: true },
  });
});

test('many requests at once each get their own answer, in whatever order they come', async ({ world }) => {
  await using socket = await connect('busy-server');
  const waiting: (() => void)[] = [];
  socket.onRequest((_action, { command }, requestId) => {
    waiting.push(() => socket.send({ type: 'response', requestId, payload: { rawResult: command, success: true } }));
    if (waiting.length === 50) for (const answer of waiting.toReversed()) answer();
  });
  const commands = Array.from({ length: 50 }, (_, n) => `command ${n}`);

  const replies = await Promise.all(commands.map((command) => ask(world, 'busy-server', 'executeConsoleCommand', { command })));

  expect(replies).toEqual(commands.map((command) => ({ result: { rawResult: command, success: true } })));
});

test('a socket that goes while a request waits answers not connected', async ({ world }) => {
  await using socket = await connect('leaving-server');
  socket.onRequest(() => void socket[Symbol.asyncDispose]());
  expect(await ask(world, 'leaving-server', 'getPlayers')).toEqual({ failure: 'not-connected' });
  expect(await pendingRequests()).toBe(0);
});

test('of two sockets with one identity the newest is asked; when it goes the older takes over, and only then is the server away', async ({
  world,
}) => {
  const answerAs = (socket: Socket, name: string) =>
    socket.onRequest((_action, _args, requestId) =>
      socket.send({ type: 'response', requestId, payload: { rawResult: name, success: true } }),
    );
  const asked = () => ask(world, 'double-server', 'executeConsoleCommand', { command: 'who' });
  await using older = await connect('double-server');
  answerAs(older, 'older');
  const newer = await connect('double-server');
  answerAs(newer, 'newer');

  expect(await asked()).toMatchObject({ result: { rawResult: 'newer' } });
  await newer[Symbol.asyncDispose]();
  await expect.poll(asked).toMatchObject({ result: { rawResult: 'older' } });
  expect(older.isOpen()).toBe(true);
  expect(connectors.statusesOf('double-server')).toEqual([true]);

  await older[Symbol.asyncDispose]();
  await expect.poll(() => connectors.statusesOf('double-server')).toEqual([true, false]);
  await expect(asked()).rejects.toThrow(/no responders/i);
});

test('a server that was never here has nobody who listens', async ({ world }) => {
  await expect(ask(world, 'absent-server', 'getPlayers')).rejects.toThrow(/no responders/i);
});
