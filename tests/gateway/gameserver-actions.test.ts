import { newId } from '@takaro/contracts/ids';
import { expect } from 'vitest';
import { openSocket, type Socket } from '../connectors/socket.ts';
import { addServer, arenaTest, PATIENT, refused } from './gameserver-arena.ts';
import { gamePlayer, playerNamed } from './related-rows.ts';
import type { RestAnswer } from './rest-client.ts';
import type { Rest } from './rest-world.ts';

const test = arenaTest().extend<{ bare: Bare }>({
  bare: [
    async ({ rest }, use) => {
      await using bare = await openBare(rest);
      await use(bare);
    },
    { scope: 'file' },
  ],
});

const CAROL = { gameId: 'c-1', name: 'Carol', steamId: '76561190000000001', ip: '203.0.113.7', ping: 20 };

type Bare = Awaited<ReturnType<typeof openBare>>;

/** A game server that keeps what it is told, with one player. */
async function openBare(rest: Rest) {
  const socket = await openSocket(Number(new URL(rest.connectorsUrl).port));
  const { payload } = await socket.identify('bare', { registrationToken: rest.registrationToken });
  socket.onRequest((action, _args, requestId) => socket.send({ type: 'response', requestId, payload: ANSWERS[action] ?? null }));
  socket.event('player-connected', { player: CAROL });
  const gameServerId = String(payload?.['gameServerId']);
  const search = { body: { filters: { gameServerId: [gameServerId] } } };
  await expect.poll(async () => (await rest.ask('POST', '/gameserver/player/search', search)).body.data.length, PATIENT).toBe(1);
  return {
    path: `/gameserver/${gameServerId}`,
    carol: await playerNamed(rest, 'Carol'),
    told: (action: string) => toldOf(socket, action),
    [Symbol.asyncDispose]: () => socket[Symbol.asyncDispose](),
  };
}

const BAN = { player: { gameId: CAROL.gameId, name: CAROL.name }, reason: 'rude' };
const RESULT = { rawResult: 'It is 8', success: true };

const ANSWERS: Readonly<Record<string, unknown>> = {
  listItems: [],
  listEntities: [],
  // What is null for a game is not there for who asks.
  listBans: [{ ...BAN, expiresAt: null }],
  getPlayers: [CAROL],
  executeConsoleCommand: RESULT,
};

/** Whole, with the text of the arguments read. */
const toldOf = ({ frames }: Socket, action: string): object[] =>
  frames
    .filter(({ type, payload }) => type === 'request' && payload?.['action'] === action)
    .map((frame) => ({ ...frame, payload: { ...frame.payload, args: JSON.parse(String(frame.payload?.['args'])) } }));

const wholeOf = ({ status, body }: RestAnswer) => [status, body];

/** What is answered where there is nothing to say. */
const DONE = [200, { meta: {}, data: {} }];

/** Every action by its route, with what it takes. */
const ACTIONS: readonly (readonly ['GET' | 'POST', string, object?])[] = [
  ['POST', 'command', { command: 'players' }],
  ['POST', 'message', { message: 'hello', opts: { senderNameOverride: 'Herald' } }],
  ['GET', 'players'],
  ['GET', 'bans'],
  ['POST', 'player/:playerId/teleport', { x: 1.5, y: 2, z: 3 }],
  ['POST', 'player/:playerId/giveItem', { name: 'wood', amount: 2, quality: '1' }],
  ['POST', 'player/:playerId/unban'],
  ['POST', 'player/:playerId/ban', { reason: 'rude' }],
  ['POST', 'player/:playerId/kick', { reason: 'afk' }],
  ['POST', 'shutdown'],
];

test.for(ACTIONS)('%s /gameserver/:id/%s is refused where it cannot be done', async ([method, end, body], { rest, arena }) => {
  const act = (gameServerId: string) =>
    rest.ask(method, `/gameserver/${gameServerId}/${end.replace(':playerId', arena.alice)}`, { ...(body && { body }) });
  const id = await addServer(rest);
  // Whoever was never there cannot be acted upon either, and that is found out first.
  const away = end.startsWith('player/') ? refused(404, 'NotFoundError') : refused(400, 'BadRequestError', 'Game server is not connected');

  expect(await act(id)).toMatchObject(away);
  expect(await act(newId())).toMatchObject(refused(404, 'NotFoundError'));
  await rest.ask('PUT', `/gameserver/${id}`, {
    body: { name: `off ${id.slice(-12)}`, type: 'MOCK', connectionInfo: '{}', enabled: false },
  });
  expect(await act(id)).toMatchObject(refused(400, 'BadRequestError', 'Game server is disabled'));
});

test('a disabled game server is not tested either', async ({ rest }) => {
  const id = await addServer(rest);
  await rest.ask('PUT', `/gameserver/${id}`, { body: { name: 'switched off', type: 'MOCK', connectionInfo: '{}', enabled: false } });

  expect(await rest.ask('GET', `/gameserver/${id}/reachability`)).toMatchObject(refused(400, 'BadRequestError', 'Game server is disabled'));
});

/** Connectors look in either place for who is meant. */
const OF_CAROL = { gameId: CAROL.gameId, player: { gameId: CAROL.gameId } };
const RECIPIENT = { gameId: CAROL.gameId };

/** Every action by its route, with what it takes, what the game is told and what is answered. */
const TOLD: readonly (readonly ['GET' | 'POST', string, object | undefined, { action: string; args: object }, unknown?])[] = [
  ['POST', 'command', { command: 'time' }, { action: 'executeConsoleCommand', args: { command: 'time' } }, RESULT],
  [
    'POST',
    'message',
    { message: 'hello', opts: { recipient: RECIPIENT, senderNameOverride: 'Herald' } },
    {
      action: 'sendMessage',
      args: {
        message: 'hello',
        opts: { recipient: RECIPIENT, senderNameOverride: 'Herald' },
        recipient: RECIPIENT,
        recipientGameId: CAROL.gameId,
      },
    },
  ],
  ['GET', 'players', undefined, { action: 'getPlayers', args: {} }, [CAROL]],
  [
    'POST',
    'player/:playerId/teleport',
    { x: 1.5, y: 2, z: -3, dimension: 'nether' },
    { action: 'teleportPlayer', args: { ...OF_CAROL, x: 2, y: 2, z: -3, dimension: 'nether' } },
  ],
  [
    'POST',
    'player/:playerId/giveItem',
    { name: 'wood', amount: 2, quality: '1' },
    { action: 'giveItem', args: { ...OF_CAROL, item: 'wood', amount: 2, quality: '1' } },
  ],
  ['POST', 'player/:playerId/kick', { reason: 'afk' }, { action: 'kickPlayer', args: { ...OF_CAROL, reason: 'afk' } }],
  [
    'POST',
    'player/:playerId/ban',
    { reason: 'rude', expiresAt: '2999-01-01T00:00:00.000Z' },
    { action: 'banPlayer', args: { ...OF_CAROL, reason: 'rude', expiresAt: '2999-01-01T00:00:00.000Z' } },
  ],
  ['POST', 'player/:playerId/unban', undefined, { action: 'unbanPlayer', args: OF_CAROL }],
  ['POST', 'shutdown', undefined, { action: 'shutdown', args: {} }],
];

test.for(TOLD)('%s /gameserver/:id/%s tells the game once what is asked for, and nothing else', async (row, { rest, bare }) => {
  const [method, end, body, { action, args }, answer = {}] = row;
  const before = bare.told(action).length;

  const answered = await rest.ask(method, `${bare.path}/${end.replace(':playerId', bare.carol)}`, { ...(body && { body }) });

  expect(wholeOf(answered)).toEqual([200, { meta: {}, data: answer }]);
  expect(bare.told(action).slice(before)).toEqual([{ type: 'request', requestId: expect.any(String), payload: { action, args } }]);
});

test('the bans of a game are answered as the game tells them', async ({ rest, bare }) => {
  expect(wholeOf(await rest.ask('GET', `${bare.path}/bans`))).toEqual([200, { meta: {}, data: [BAN] }]);

  // It is asked as well by the job that follows its introduction.
  expect(bare.told('listBans').at(-1)).toEqual({
    type: 'request',
    requestId: expect.any(String),
    payload: { action: 'listBans', args: {} },
  });
});

test('what Takaro is asked for happens in the game', async ({ rest, arena }) => {
  const { game, gameServerId, alice } = arena;
  const act = async (end: string, body?: object) =>
    wholeOf(await rest.ask('POST', `/gameserver/${gameServerId}/${end}`, { ...(body && { body }) }));
  const [player, bob] = [game.player('Alice'), game.player('Bob')];

  const rawResult = `2 online\n${player.gameId} Alice\n${bob.gameId} Bob`;
  expect(await act('command', { command: 'players' })).toEqual([200, { meta: {}, data: { rawResult, success: true } }]);
  const opts = { recipient: { gameId: player.gameId } };
  expect(await act('message', { message: 'x'.repeat(400), opts })).toEqual(DONE);
  expect(player.seen.at(-1)).toEqual({ text: 'x'.repeat(300), from: null, whisper: true });
  const { ip: _, ping: __, ...recipient } = gamePlayer(player);
  const chats = { filters: { eventName: ['chat-message'], gameserverId: [gameServerId] } };
  await expect
    .poll(async () => (await rest.ask('POST', '/event/search', { body: chats })).body.data, PATIENT)
    .toContainEqual({
      eventName: 'chat-message',
      moduleId: null,
      playerId: null,
      userId: null,
      gameserverId: gameServerId,
      actingUserId: rest.root.id,
      actingModuleId: null,
      meta: { msg: 'x'.repeat(300), channel: 'whisper', recipient, timestamp: expect.any(String) },
      id: expect.any(String),
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
  expect(await act(`player/${alice}/teleport`, { x: 1.5, y: 2, z: 3 })).toEqual(DONE);
  expect(player.position).toEqual({ x: 2, y: 2, z: 3 });
  expect(await act(`player/${alice}/giveItem`, { name: 'wood', amount: 2, quality: '1' })).toEqual(DONE);
  expect(player.inventory).toContainEqual({ code: 'wood', name: 'Wood', amount: 2, quality: '1' });
  const online = await rest.ask('GET', `/gameserver/${gameServerId}/players`);
  expect(wholeOf(online)).toEqual([200, { meta: {}, data: [gamePlayer(player), gamePlayer(bob)] }]);
});

test('an item is given by the id that Takaro knows it by', async ({ rest, arena }) => {
  const { game, gameServerId, alice } = arena;
  const items = async () =>
    (await rest.ask('POST', '/items/search', { body: { filters: { code: ['stone'], gameserverId: [gameServerId] } } })).body.data;
  await expect.poll(async () => (await items()).length, PATIENT).toBe(1);
  const give = (name: string) =>
    rest.ask('POST', `/gameserver/${gameServerId}/player/${alice}/giveItem`, { body: { name, amount: 1, quality: '3' } });

  expect(wholeOf(await give((await items())[0].id))).toEqual(DONE);
  expect(game.player('Alice').inventory).toContainEqual({ code: 'stone', name: 'Stone', amount: 1, quality: '3' });
  expect(await give(newId())).toMatchObject(refused(404, 'NotFoundError'));
});

test('who leaves by order, and a server that is shut down', async ({ rest }) => {
  const { game, gameServerId } = await rest.openGame('short-lived', ['Dave']);
  const path = `/gameserver/${gameServerId}/player/${await playerNamed(rest, 'Dave')}/kick`;

  expect(wholeOf(await rest.ask('POST', path, { body: { reason: 'afk' } }))).toEqual(DONE);
  expect(game.player('Dave')).toMatchObject({ online: false, seen: [{ text: 'You were kicked: afk', from: null, whisper: true }] });

  expect(wholeOf(await rest.ask('POST', `/gameserver/${gameServerId}/shutdown`))).toEqual(DONE);
});
