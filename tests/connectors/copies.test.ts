import { type Endpoint, startConnectors } from '@takaro/connectors/service';
import { ActionReply } from '@takaro/contracts/gameservers/actions';
import { actionSubject } from '@takaro/contracts/subjects';
import { validate } from '@takaro/contracts/validate';
import { openTcpProxy } from '@takaro/testing/tcp-proxy';
import type { World } from '@takaro/testing/world';
import { worldTest } from '@takaro/testing/world-test';
import { expect, inject } from 'vitest';
import { DOMAIN, gameServerOf, startNeighbours } from './connectors-world.ts';
import { openSocket, type Socket } from './socket.ts';

let statuses: Awaited<ReturnType<typeof startNeighbours>>;
let copies: readonly [Endpoint, Endpoint];
const address = { host: '127.0.0.1', port: 0 };
const test = worldTest(async (world) => {
  statuses = await startNeighbours(world);
});
test.beforeAll(async ({ world }) => {
  copies = [
    await startConnectors(await world.contextFor('connectors'), address),
    await startConnectors(await world.contextFor('connectors'), address),
  ];
});
test.afterAll(async () => {
  for (const copy of copies) await copy[Symbol.asyncDispose]();
});

/** A socket that answers each command with its own name, and keeps what it was asked to do. */
async function connect(port: number, identityToken: string, name: string): Promise<{ socket: Socket; done: string[] }> {
  const socket = await openSocket(port);
  const done: string[] = [];
  socket.onRequest((_action, { command }, requestId) => {
    done.push(String(command));
    if (socket.isOpen()) socket.send({ type: 'response', requestId, payload: { rawResult: name, success: true } });
  });
  await socket.identify(identityToken);
  return { socket, done };
}

/** Asks as gameservers does. Answers who did it. */
async function ask(world: World, identityToken: string, command = 'who'): Promise<string> {
  const bus = await world.busFor('gameservers');
  const subject = actionSubject(DOMAIN, gameServerOf(identityToken), 'executeConsoleCommand');
  const message = await bus.nats.request(subject, JSON.stringify({ command }), { timeout: 3_000 });
  const reply = validate<ActionReply>(ActionReply, message.json());
  return 'failure' in reply ? reply.failure : String(Reflect.get(Object(reply.result), 'rawResult'));
}

const statusesOf = (identityToken: string): boolean[] =>
  statuses.filter(({ gameServerId }) => gameServerId === gameServerOf(identityToken)).map(({ reachable }) => reachable);

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));

test('of two sockets on different copies only the newest is asked, from the moment it was let in', async ({ world }) => {
  const [first, second] = copies;
  const older = await connect(first.port, 'twin-server', 'older');
  expect(await ask(world, 'twin-server')).toBe('older');
  const newer = await connect(second.port, 'twin-server', 'newer');

  const answers = await Promise.all(times(100, (n) => ask(world, 'twin-server', `command ${n}`)));

  expect(new Set(answers)).toEqual(new Set(['newer']));
  expect(newer.done.toSorted()).toEqual(times(100, (n) => `command ${n}`).toSorted());
  expect(older.done).toEqual(['who']);
  expect(older.socket.isOpen()).toBe(true);

  await newer.socket[Symbol.asyncDispose]();
  await expect.poll(() => ask(world, 'twin-server').catch(() => 'nobody')).toBe('older');
  await older.socket[Symbol.asyncDispose]();
  await expect.poll(() => statusesOf('twin-server').at(-1)).toBe(false);
  expect(statusesOf('twin-server').filter((reachable) => !reachable)).toHaveLength(1);
});

test('an older socket that goes takes nothing from the newer one', async ({ world }) => {
  const [first, second] = copies;
  const older = await connect(first.port, 'steady-server', 'older');
  const newer = await connect(second.port, 'steady-server', 'newer');
  await older.socket[Symbol.asyncDispose]();

  expect(await Promise.all(times(20, () => ask(world, 'steady-server')))).toEqual(times(20, () => 'newer'));
  expect(statusesOf('steady-server')).not.toContain(false);
  await newer.socket[Symbol.asyncDispose]();
});

test('when the copy with the newest socket is lost, the older takes over; when it is back, it has the server again', async ({ world }) => {
  await using way = await openTcpProxy(Number(new URL(inject('servers').natsUrl).port));
  const context = await world.contextFor('connectors', { natsUrl: `nats://127.0.0.1:${way.port}` });
  await using third = await startConnectors(context, address);
  const older = await connect(copies[0].port, 'shaky-server', 'older');
  const newer = await connect(third.port, 'shaky-server', 'newer');
  expect(await ask(world, 'shaky-server')).toBe('newer');
  const who = () => ask(world, 'shaky-server').catch(() => 'nobody');

  way.cut();
  await expect.poll(who, { timeout: 20_000 }).toBe('older');
  way.mend();
  await expect.poll(who, { timeout: 20_000 }).toBe('newer');
  for (const { socket } of [older, newer]) await socket[Symbol.asyncDispose]();
});

test('an action reaches one copy alone, even while another one that nobody heard of takes them too', async ({ world }) => {
  const { socket, done } = await connect(copies[0].port, 'claimed-server', 'known');
  const bus = await world.busFor('connectors');
  let taken = 0;
  const stranger = bus.nats.subscribe(actionSubject(DOMAIN, gameServerOf('claimed-server'), '*'), {
    queue: 'connectors',
    callback: (_error, message) => {
      taken += 1;
      message.respond(JSON.stringify({ failure: 'failed', reason: 'stranger' }));
    },
  });
  await bus.nats.flush();

  const answers = await Promise.all(times(100, (n) => ask(world, 'claimed-server', `command ${n}`)));

  expect(answers.filter((answer) => answer === 'known')).toHaveLength(done.length);
  expect(done.length + taken).toBe(100);
  await stranger.drain();
  await socket[Symbol.asyncDispose]();
});

test('while sockets come and go on both copies, no action is done twice and what is answered was done', async ({ world }) => {
  const done: string[] = [];
  const answered: string[] = [];
  const open: Socket[] = [];
  let asking = 0;
  for (let round = 0; round < 20; round += 1) {
    const { socket, done: own } = await connect(copies[round % 2 === 0 ? 0 : 1].port, 'restless-server', `round ${round}`);
    socket.onRequest(() => done.push(own.at(-1) ?? ''));
    open.push(socket);
    const asked = times(10, async () => {
      const command = `command ${(asking += 1)}`;
      const answer = await ask(world, 'restless-server', command).catch(() => 'nobody');
      if (answer.startsWith('round')) answered.push(command);
    });
    if (round % 3 === 2) await open.shift()?.[Symbol.asyncDispose]();
    if (round % 5 === 4) await open.pop()?.[Symbol.asyncDispose]();
    await Promise.all(asked);
  }
  for (const socket of open) await socket[Symbol.asyncDispose]();

  expect(done).toHaveLength(new Set(done).size);
  expect(done).toEqual(expect.arrayContaining(answered));
  expect(answered.length).toBeGreaterThan(100);
});
