import { setTimeout as delay } from 'node:timers/promises';
import { patiently } from '@takaro/bus';
import { ServiceError } from '@takaro/contracts/errors';
import {
  executeCommand,
  getPlayersOnline,
  giveItem,
  kickPlayer,
  sendMessage,
  shutdownGameServer,
  teleportPlayer,
  testReachability,
} from '@takaro/contracts/gameservers/game-actions';
import { getGameServer, updateGameServer } from '@takaro/contracts/gameservers/game-servers';
import { newId } from '@takaro/contracts/ids';
import type { World } from '@takaro/testing/world';
import { expect } from 'vitest';
import { addServer, connectGame, giveSettingsRow, hearEvents } from './gameservers-world.ts';
import { testsInOneDomain } from './one-domain.ts';

const { test, shared, ask } = testsInOneDomain();

const knownPlayer = (gameId: string | null): string => {
  const playerId = newId();
  shared.surroundings.gameIds.set(playerId, gameId);
  return playerId;
};

/** Every action, with the ids of a game server and a player put in. */
const ACTIONS_OF = (id: string, playerId: string) => {
  const at = { gameServerId: id, playerId };
  return {
    executeCommand: (world: World) => ask(world, executeCommand, { id, command: 'help' }),
    sendMessage: (world: World) => ask(world, sendMessage, { id, message: 'hi' }),
    teleportPlayer: (world: World) => ask(world, teleportPlayer, { ...at, x: 1, y: 2, z: 3 }),
    kickPlayer: (world: World) => ask(world, kickPlayer, { ...at, reason: 'afk' }),
    giveItem: (world: World) => ask(world, giveItem, { ...at, name: 'wood', amount: 1, quality: '1' }),
    getPlayersOnline: (world: World) => ask(world, getPlayersOnline, { id }),
    shutdownGameServer: (world: World) => ask(world, shutdownGameServer, { id }),
  };
};
const NAMES = Object.keys(ACTIONS_OF('', '')) as (keyof ReturnType<typeof ACTIONS_OF>)[];

test.for(NAMES)('%s answers when the game does', async (name, { world }) => {
  const { id } = await addServer(world, shared.domain);
  await using game = await connectGame(world, shared.domain, id);

  await ACTIONS_OF(id, knownPlayer('7'))[name](world);

  expect(game.asked).toHaveLength(1);
});

test.for(NAMES)('%s says when no connector is there', async (name, { world }) => {
  const { id } = await addServer(world, shared.domain);
  await expect(ACTIONS_OF(id, knownPlayer('7'))[name](world)).rejects.toMatchObject({ code: 'GAMESERVER_NOT_CONNECTED' });
});

test('every action says when the game does not answer, and asked it once', async ({ world }) => {
  const { id } = await addServer(world, shared.domain);
  await using game = await connectGame(world, shared.domain, id, () => 'silence');
  const actions = ACTIONS_OF(id, knownPlayer('7'));

  const results = await Promise.allSettled(NAMES.map((name) => actions[name](world)));

  const codes = results.map((result) =>
    result.status === 'rejected' && result.reason instanceof ServiceError ? result.reason.code : 'none',
  );
  expect(codes).toEqual(NAMES.map(() => 'ACTION_TIMED_OUT'));
  expect(game.asked).toHaveLength(NAMES.length);
});

test.for(NAMES)('%s says what the game says', async (name, { world }) => {
  const { id } = await addServer(world, shared.domain);
  await using _game = await connectGame(world, shared.domain, id, () => ({ failure: 'failed', reason: 'not today' }));
  const failure = { code: 'ACTION_FAILED', message: 'Error from server: not today' };
  await expect(ACTIONS_OF(id, knownPlayer('7'))[name](world)).rejects.toMatchObject(failure);
});

test.for(NAMES)('%s says when the answer cannot be read', async (name, { world }) => {
  const { id } = await addServer(world, shared.domain);
  await using _game = await connectGame(world, shared.domain, id, () => ({ failure: 'invalid-answer' }));
  await expect(ACTIONS_OF(id, knownPlayer('7'))[name](world)).rejects.toMatchObject({ code: 'ACTION_ANSWER_INVALID' });
});

test.for(NAMES)('%s is refused at once after its server was disabled', async (name, { world }) => {
  const server = await addServer(world, shared.domain);
  await using game = await connectGame(world, shared.domain, server.id);
  const act = ACTIONS_OF(server.id, knownPlayer('7'))[name];
  await act(world);

  await ask(world, updateGameServer, { id: server.id, name: server.name, type: 'MOCK', connectionInfo: '{}', enabled: false });

  await expect(act(world)).rejects.toMatchObject({ code: 'GAMESERVER_DISABLED' });
  expect(game.asked).toHaveLength(1);
});

test('who is patient waits for a game that was there a moment ago, asks it once, and waits for no other', async ({ world }) => {
  const [{ id }, away] = [await addServer(world, shared.domain), await addServer(world, shared.domain)];
  await ageOf(world, away.id, '1 minute');
  const asPatient = (of: string) => patiently(Date.now() + 20_000, () => ask(world, executeCommand, { id: of, command: 'help' }));
  await expect(asPatient(away.id)).rejects.toMatchObject({ code: 'GAMESERVER_NOT_CONNECTED' });

  const waiting = asPatient(id);
  await delay(1_000);
  let isThere = false;
  await using game = await connectGame(world, shared.domain, id, () =>
    isThere ? { result: { rawResult: 'hi', success: true } } : { failure: 'not-connected', unsent: true },
  );
  await expect.poll(() => game.asked.length).toBeGreaterThan(0);
  isThere = true;

  expect(await waiting).toMatchObject({ rawResult: 'hi' });
});

test('what a game may have heard of is not asked again', async ({ world }) => {
  const { id } = await addServer(world, shared.domain);
  await using game = await connectGame(world, shared.domain, id, () => ({ failure: 'not-connected' }));
  const asked = patiently(Date.now() + 20_000, () => ask(world, executeCommand, { id, command: 'help' }));

  await expect(asked).rejects.toMatchObject({ code: 'GAMESERVER_NOT_CONNECTED' });
  expect(game.asked).toHaveLength(1);
});

const ageOf = (world: World, gameServerId: string, age: string): Promise<unknown> =>
  world.adminSql(
    `update "domain_${shared.domain.id}"."gameServer" set "reachable" = false, "updatedAt" = now() - $2::interval where "id" = $1`,
    [gameServerId, age],
  );

test.for(NAMES)('%s at a server of another domain, or none, finds nothing', async (name, { world, otherDomain }) => {
  await giveSettingsRow(world, otherDomain);
  const { id } = await addServer(world, otherDomain);
  await using game = await connectGame(world, otherDomain, id);
  for (const target of [id, newId()]) {
    await expect(ACTIONS_OF(target, knownPlayer('7'))[name](world)).rejects.toMatchObject({ code: 'GAMESERVER_NOT_FOUND' });
  }
  expect(game.asked).toHaveLength(0);
});

test.for(['teleportPlayer', 'kickPlayer', 'giveItem'] as const)('%s knows players of this server only', async (name, { world }) => {
  const { id } = await addServer(world, shared.domain);
  await using _game = await connectGame(world, shared.domain, id);
  await expect(ACTIONS_OF(id, newId())[name](world)).rejects.toMatchObject({ code: 'PLAYER_NOT_FOUND' });
  await expect(ACTIONS_OF(id, knownPlayer(null))[name](world)).rejects.toMatchObject({ code: 'POG_NOT_FOUND' });
});

test('players are named by the id of the game, and places are whole numbers', async ({ world }) => {
  const { id } = await addServer(world, shared.domain);
  await using game = await connectGame(world, shared.domain, id);
  const at = { gameServerId: id, playerId: knownPlayer('7') };

  await ask(world, teleportPlayer, { ...at, x: 1.5, y: -2.4, z: 3, dimension: 'nether' });
  await ask(world, giveItem, { ...at, name: 'wood', amount: 5, quality: '' });

  expect(game.asked).toEqual([
    { action: 'teleportPlayer', args: { gameId: '7', x: 2, y: -2, z: 3, dimension: 'nether' } },
    { action: 'giveItem', args: { gameId: '7', item: 'wood', amount: 5, quality: '' } },
  ]);
});

test('an item that is named by an id must be one that Takaro knows', async ({ world }) => {
  const { id } = await addServer(world, shared.domain);
  const asked = ask(world, giveItem, { gameServerId: id, playerId: knownPlayer('7'), name: newId(), amount: 1, quality: '' });
  await expect(asked).rejects.toMatchObject({ code: 'ITEM_NOT_FOUND' });
});

test('a test of the reachability answers in any case and tells of a change once', async ({ world }) => {
  const { id } = await addServer(world, shared.domain);
  await using heard = await hearEvents(world, ['server-status-changed']);
  const ofHere = () => heard.events.filter(({ gameServerId }) => gameServerId === id).map(({ meta }) => meta?.['status']);
  {
    await using _game = await connectGame(world, shared.domain, id, () => ({ result: { connectable: true } }));
    expect(await ask(world, testReachability, { id })).toEqual({ connectable: true });
    await ask(world, testReachability, { id });
  }
  await expect.poll(ofHere).toEqual(['online']);
  expect((await ask(world, getGameServer, { id })).reachable).toBe(true);

  expect(await ask(world, testReachability, { id })).toEqual({ connectable: false, reason: 'Game server is not connected' });
  await expect.poll(ofHere).toEqual(['online', 'offline']);

  await expect(ask(world, testReachability, { id: newId() })).rejects.toMatchObject({ code: 'GAMESERVER_NOT_FOUND' });
});

test('a disabled server cannot be tested', async ({ world }) => {
  const server = await addServer(world, shared.domain);
  await ask(world, updateGameServer, { id: server.id, name: server.name, type: 'MOCK', connectionInfo: '{}', enabled: false });
  await expect(ask(world, testReachability, { id: server.id })).rejects.toMatchObject({ code: 'GAMESERVER_DISABLED' });
});
