import { consume } from '@takaro/bus';
import { type Endpoint, startConnectors } from '@takaro/connectors/service';
import type { RequestContract } from '@takaro/contracts/contract';
import { IngestEnvelope, reportIdOf } from '@takaro/contracts/event-envelope';
import { createBan, deleteBan } from '@takaro/contracts/gameservers/bans';
import { searchItems } from '@takaro/contracts/gameservers/catalogue';
import * as actions from '@takaro/contracts/gameservers/game-actions';
import { getGameServer, removeGameServer } from '@takaro/contracts/gameservers/game-servers';
import { newId } from '@takaro/contracts/ids';
import { startSimulatedGameServer, type SimulationOptions } from '@takaro/testing/simulated-game-server/simulate';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { addPlayer, giveSettingsRow, startGameServersUnderTest, type Surroundings } from './gameservers-world.ts';

let surroundings: Surroundings;
let endpoint: Endpoint;
const ingested: IngestEnvelope[] = [];
const test = worldTest(async (world) => {
  surroundings = await startGameServersUnderTest(world);
  await world.start('connectors', async (context) => (endpoint = await startConnectors(context, { host: '127.0.0.1', port: 0 })));
  await consume<IngestEnvelope>(await world.busFor('players'), {
    stream: 'INGEST',
    schema: IngestEnvelope,
    idOf: reportIdOf,
    react: async (envelope) => void ingested.push(envelope),
  });
});
test.beforeEach(async ({ world, domain }) => {
  surroundings.domainOfToken.set(domain.id, domain.id);
  await giveSettingsRow(world, domain);
});

const simulate = (domain: TestDomain, options: Partial<SimulationOptions> = {}) =>
  startSimulatedGameServer({
    url: `ws://127.0.0.1:${endpoint.port}`,
    identityToken: 'arena',
    registrationToken: domain.id,
    ...options,
  });

async function ask<In, Out>(world: World, domain: TestDomain, contract: RequestContract<In, Out>, input: In): Promise<Out> {
  const gateway = await world.busFor('gateway');
  return await gateway.call(contract, input, { domainId: domain.id, token: await world.tokens.user(domain.id) });
}

test('what Takaro asks for happens in the game', async ({ world, domain }) => {
  const lines: string[] = [];
  await using game = simulate(domain, { players: ['Alice', 'Bob'], log: (line) => lines.push(line) });
  const id = await game.identified();
  const playerId = newId();
  const alice = game.player('Alice');
  surroundings.gameIds.set(playerId, alice.gameId);
  const at = { gameServerId: id, playerId };

  expect(await ask(world, domain, actions.testReachability, { id })).toEqual({ connectable: true });
  expect((await ask(world, domain, actions.getPlayersOnline, { id })).map(({ name }) => name)).toEqual(['Alice', 'Bob']);
  await ask(world, domain, actions.sendMessage, { id, message: 'psst', opts: { recipient: { gameId: alice.gameId } } });
  await ask(world, domain, actions.sendMessage, { id, message: 'hello' });
  await ask(world, domain, actions.giveItem, { ...at, name: 'wood', amount: 3, quality: '2' });
  await ask(world, domain, actions.teleportPlayer, { ...at, x: 10, y: 20, z: 30 });

  expect(alice.seen.map(({ text, whisper }) => [text, whisper])).toEqual([
    ['psst', true],
    ['hello', false],
  ]);
  expect(game.player('Bob').seen.map(({ text }) => text)).toEqual(['hello']);
  expect(alice.inventory).toContainEqual({ code: 'wood', name: 'Wood', amount: 3, quality: '2' });
  expect(alice.position).toEqual({ x: 10, y: 20, z: 30 });
  expect(await ask(world, domain, actions.executeCommand, { id, command: 'players' })).toMatchObject({
    success: true,
    rawResult: expect.stringContaining('2 online'),
  });
  expect(await ask(world, domain, actions.executeCommand, { id, command: 'dance' })).toMatchObject({
    success: false,
    errorMessage: 'Unknown command dance',
  });
  const unknownItem = ask(world, domain, actions.giveItem, { ...at, name: 'gold', amount: 1, quality: '' });
  await expect(unknownItem).rejects.toMatchObject({ code: 'ACTION_FAILED', message: 'Error from server: Unknown item gold' });

  await ask(world, domain, actions.kickPlayer, { ...at, reason: 'afk' });
  expect(game.playersOnline().map(({ name }) => name)).toEqual(['Bob']);
  expect(lines).toContain('[game] (to Alice) psst');
  expect(lines).toContain('[game] Server: hello');
});

test('a modded game is read whole, however much it lists, and banned from and unbanned on', async ({ world, domain }) => {
  // Some 4 MB, which no single message of the bus holds.
  await using game = simulate(domain, { clutter: 25_000, players: ['Alice'] });
  const id = await game.identified();
  const { playerId } = await addPlayer(world, domain, surroundings);
  surroundings.gameIds.set(playerId, game.player('Alice').gameId);
  surroundings.seenOn.add(id);

  const total = async () => (await ask(world, domain, searchItems, { limit: 1 })).total;
  await expect.poll(total, { timeout: 30_000, interval: 100 }).toBe(25_005);

  const ban = await ask(world, domain, createBan, { gameServerId: id, playerId, reason: 'rude', until: '2999-01-01T00:00:00.000Z' });
  expect(await ask(world, domain, actions.listBans, { id })).toMatchObject([
    { player: { name: 'Alice' }, reason: 'rude', expiresAt: '2999-01-01T00:00:00.000Z' },
  ]);
  expect(() => game.join('Alice')).toThrow('Alice is banned');
  await ask(world, domain, deleteBan, { id: ban.id });
  game.join('Alice');
  expect(game.playersOnline().map(({ name }) => name)).toEqual(['Alice']);
});

test('what happens in the game is taken in once and in order, also when the line is cut meanwhile', async ({ domain }) => {
  await using game = simulate(domain, { players: ['Alice'] });
  const id = await game.identified();
  const said = Array.from({ length: 300 }, (_, n) => `line ${n}`);

  for (const [n, text] of said.entries()) {
    game.say('Alice', text);
    if (n % 100 === 50) {
      game.cutConnection();
      await expect.poll(() => game.identified()).toBe(id);
    }
  }
  await game.confirmed();

  const ofHere = () => ingested.filter(({ gameServerId }) => gameServerId === id);
  await expect.poll(() => ofHere().length).toBe(said.length + 1);
  expect(
    ofHere()
      .map(({ name }) => name)
      .slice(0, 2),
  ).toEqual(['player-connected', 'chat-message']);
  expect(ofHere().flatMap(({ meta }) => meta['msg'] ?? [])).toEqual(said);
});

test('a game that shuts down comes back by itself', async ({ world, domain }) => {
  const lines: string[] = [];
  await using game = simulate(domain, { players: ['Alice'], log: (line) => lines.push(line) });
  const id = await game.identified();

  await ask(world, domain, actions.shutdownGameServer, { id });

  expect(game.playersOnline()).toHaveLength(0);
  const connected = () => lines.filter((line) => line.startsWith('[game] connected')).length;
  await expect.poll(connected, { timeout: 10_000 }).toBe(2);
  await expect.poll(async () => (await ask(world, domain, getGameServer, { id })).reachable).toBe(true);
});

test('the socket of a removed game server is cut', async ({ world, domain }) => {
  const lines: string[] = [];
  await using game = simulate(domain, { log: (line) => lines.push(line) });
  const id = await game.identified();

  await ask(world, domain, removeGameServer, { id });

  await expect.poll(() => lines.some((line) => line.startsWith('[game] lost Takaro'))).toBe(true);
});

test('while connectors is restarted the game goes on, and nothing of it is lost or told twice', async ({ world, domain }) => {
  const first = await startConnectors(await world.contextFor('connectors'), { host: '127.0.0.1', port: 0 });
  const { port } = first;
  await using game = simulate(domain, { url: `ws://127.0.0.1:${port}`, players: ['Alice'] });
  const id = await game.identified();
  const said = Array.from({ length: 60 }, (_, n) => `line ${n}`);

  for (const text of said.slice(0, 20)) game.say('Alice', text);
  await first[Symbol.asyncDispose]();
  for (const text of said.slice(20, 40)) game.say('Alice', text);
  await using _second = await startConnectors(await world.contextFor('connectors'), { host: '127.0.0.1', port });
  for (const text of said.slice(40)) game.say('Alice', text);
  await game.confirmed();

  const heard = () =>
    ingested.filter(({ gameServerId, name }) => gameServerId === id && name === 'chat-message').map(({ meta }) => meta['msg']);
  await expect.poll(heard).toEqual(said);
  expect(await ask(world, domain, actions.getPlayersOnline, { id })).toMatchObject([{ name: 'Alice' }]);
});
