import type { RequestContract } from '@takaro/contracts/contract';
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
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { addServer, connectGame, giveSettingsRow, hearEvents, startGameServersUnderTest, type Surroundings } from './gameservers-world.ts';

let surroundings: Surroundings;
const test = worldTest(
  async (world) => {
    surroundings = await startGameServersUnderTest(world);
  },
  { limits: { actionTimeoutMs: 1_000 } },
);

/** One for the file: each test has a game server of its own in it. */
let domain: TestDomain;
test.beforeAll(async ({ world }) => {
  domain = await world.domain();
  surroundings.maxGameServers = 1_000;
  await giveSettingsRow(world, domain);
});

async function ask<In, Out>(world: World, domain: TestDomain, contract: RequestContract<In, Out>, input: In): Promise<Out> {
  const gateway = await world.busFor('gateway');
  return await gateway.call(contract, input, { domainId: domain.id, token: await world.tokens.user(domain.id) });
}

const knownPlayer = (gameId: string | null): string => {
  const playerId = newId();
  surroundings.gameIds.set(playerId, gameId);
  return playerId;
};

/** Every action, with the ids of a game server and a player put in. */
const ACTIONS_OF = (id: string, playerId: string) => {
  const at = { gameServerId: id, playerId };
  return {
    executeCommand: (world: World, domain: TestDomain) => ask(world, domain, executeCommand, { id, command: 'help' }),
    sendMessage: (world: World, domain: TestDomain) => ask(world, domain, sendMessage, { id, message: 'hi' }),
    teleportPlayer: (world: World, domain: TestDomain) => ask(world, domain, teleportPlayer, { ...at, x: 1, y: 2, z: 3 }),
    kickPlayer: (world: World, domain: TestDomain) => ask(world, domain, kickPlayer, { ...at, reason: 'afk' }),
    giveItem: (world: World, domain: TestDomain) => ask(world, domain, giveItem, { ...at, name: 'wood', amount: 1, quality: '1' }),
    getPlayersOnline: (world: World, domain: TestDomain) => ask(world, domain, getPlayersOnline, { id }),
    shutdownGameServer: (world: World, domain: TestDomain) => ask(world, domain, shutdownGameServer, { id }),
  };
};
const NAMES = Object.keys(ACTIONS_OF('', '')) as (keyof ReturnType<typeof ACTIONS_OF>)[];

test.for(NAMES)('%s answers when the game does', async (name, { world }) => {
  const { id } = await addServer(world, domain);
  await using game = await connectGame(world, domain, id);

  await ACTIONS_OF(id, knownPlayer('7'))[name](world, domain);

  expect(game.asked).toHaveLength(1);
});

test.for(NAMES)('%s says when no connector is there', async (name, { world }) => {
  const { id } = await addServer(world, domain);
  await expect(ACTIONS_OF(id, knownPlayer('7'))[name](world, domain)).rejects.toMatchObject({ code: 'GAMESERVER_NOT_CONNECTED' });
});

test('every action says when the game does not answer, and asked it once', async ({ world }) => {
  const { id } = await addServer(world, domain);
  await using game = await connectGame(world, domain, id, () => 'silence');
  const actions = ACTIONS_OF(id, knownPlayer('7'));

  const results = await Promise.allSettled(NAMES.map((name) => actions[name](world, domain)));

  const codes = results.map((result) =>
    result.status === 'rejected' && result.reason instanceof ServiceError ? result.reason.code : 'none',
  );
  expect(codes).toEqual(NAMES.map(() => 'ACTION_TIMED_OUT'));
  expect(game.asked).toHaveLength(NAMES.length);
});

test.for(NAMES)('%s says what the game says', async (name, { world }) => {
  const { id } = await addServer(world, domain);
  await using _game = await connectGame(world, domain, id, () => ({ failure: 'failed', reason: 'not today' }));
  const failure = { code: 'ACTION_FAILED', message: 'Error from server: not today' };
  await expect(ACTIONS_OF(id, knownPlayer('7'))[name](world, domain)).rejects.toMatchObject(failure);
});

test.for(NAMES)('%s says when the answer cannot be read', async (name, { world }) => {
  const { id } = await addServer(world, domain);
  await using _game = await connectGame(world, domain, id, () => ({ failure: 'invalid-answer' }));
  await expect(ACTIONS_OF(id, knownPlayer('7'))[name](world, domain)).rejects.toMatchObject({ code: 'ACTION_ANSWER_INVALID' });
});

test.for(NAMES)('%s is refused at once after its server was disabled', async (name, { world }) => {
  const server = await addServer(world, domain);
  await using game = await connectGame(world, domain, server.id);
  const act = ACTIONS_OF(server.id, knownPlayer('7'))[name];
  await act(world, domain);

  await ask(world, domain, updateGameServer, { id: server.id, name: server.name, type: 'MOCK', connectionInfo: '{}', enabled: false });

  await expect(act(world, domain)).rejects.toMatchObject({ code: 'GAMESERVER_DISABLED' });
  expect(game.asked).toHaveLength(1);
});

test.for(NAMES)('%s at a server of another domain, or none, finds nothing', async (name, { world, otherDomain }) => {
  await giveSettingsRow(world, otherDomain);
  const { id } = await addServer(world, otherDomain);
  await using game = await connectGame(world, otherDomain, id);
  for (const target of [id, newId()]) {
    await expect(ACTIONS_OF(target, knownPlayer('7'))[name](world, domain)).rejects.toMatchObject({ code: 'GAMESERVER_NOT_FOUND' });
  }
  expect(game.asked).toHaveLength(0);
});

test.for(['teleportPlayer', 'kickPlayer', 'giveItem'] as const)('%s knows players of this server only', async (name, { world }) => {
  const { id } = await addServer(world, domain);
  await using _game = await connectGame(world, domain, id);
  await expect(ACTIONS_OF(id, newId())[name](world, domain)).rejects.toMatchObject({ code: 'PLAYER_NOT_FOUND' });
  await expect(ACTIONS_OF(id, knownPlayer(null))[name](world, domain)).rejects.toMatchObject({ code: 'POG_NOT_FOUND' });
});

test('players are named by the id of the game, and places are whole numbers', async ({ world }) => {
  const { id } = await addServer(world, domain);
  await using game = await connectGame(world, domain, id);
  const at = { gameServerId: id, playerId: knownPlayer('7') };

  await ask(world, domain, teleportPlayer, { ...at, x: 1.5, y: -2.4, z: 3, dimension: 'nether' });
  await ask(world, domain, giveItem, { ...at, name: 'wood', amount: 5, quality: '' });

  expect(game.asked).toEqual([
    { action: 'teleportPlayer', args: { gameId: '7', x: 2, y: -2, z: 3, dimension: 'nether' } },
    { action: 'giveItem', args: { gameId: '7', item: 'wood', amount: 5, quality: '' } },
  ]);
});

test('an item that is named by an id must be one that Takaro knows', async ({ world }) => {
  const { id } = await addServer(world, domain);
  const asked = ask(world, domain, giveItem, { gameServerId: id, playerId: knownPlayer('7'), name: newId(), amount: 1, quality: '' });
  await expect(asked).rejects.toMatchObject({ code: 'ITEM_NOT_FOUND' });
});

test('a test of the reachability answers in any case and tells of a change once', async ({ world }) => {
  const { id } = await addServer(world, domain);
  await using heard = await hearEvents(world, ['server-status-changed']);
  const ofHere = () => heard.events.filter(({ gameServerId }) => gameServerId === id).map(({ meta }) => meta?.['status']);
  {
    await using _game = await connectGame(world, domain, id, () => ({ result: { connectable: true } }));
    expect(await ask(world, domain, testReachability, { id })).toEqual({ connectable: true });
    await ask(world, domain, testReachability, { id });
  }
  await expect.poll(ofHere).toEqual(['online']);
  expect((await ask(world, domain, getGameServer, { id })).reachable).toBe(true);

  expect(await ask(world, domain, testReachability, { id })).toEqual({ connectable: false, reason: 'Game server is not connected' });
  await expect.poll(ofHere).toEqual(['online', 'offline']);

  await expect(ask(world, domain, testReachability, { id: newId() })).rejects.toMatchObject({ code: 'GAMESERVER_NOT_FOUND' });
});

test('a disabled server cannot be tested', async ({ world }) => {
  const server = await addServer(world, domain);
  await ask(world, domain, updateGameServer, { id: server.id, name: server.name, type: 'MOCK', connectionInfo: '{}', enabled: false });
  await expect(ask(world, domain, testReachability, { id: server.id })).rejects.toMatchObject({ code: 'GAMESERVER_DISABLED' });
});
