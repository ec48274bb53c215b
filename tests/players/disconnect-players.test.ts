import { disconnectPlayers } from '@takaro/contracts/players/internal';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { addGameServer, ingest, pogRows, readEvents, startPlayersUnderTest } from './players-world.ts';

let events: Awaited<ReturnType<typeof readEvents>>;
const test = worldTest(startPlayersUnderTest);
test.beforeAll(async ({ world }) => {
  events = await readEvents(world);
});

const START = Date.parse('2026-01-01T00:00:00.000Z');
const at = (second: number): string => new Date(START + second * 1_000).toISOString();
const playerOf = (gameId: string) => ({ gameId, name: gameId, steamId: `765611980000${gameId.length}${gameId}` });

async function disconnect(world: World, domain: TestDomain, gameServerId: string, second: number): Promise<number> {
  const bus = await world.busFor('gameservers');
  const token = await bus.serviceToken(domain.id);
  return (await bus.call(disconnectPlayers, { gameServerId, at: at(second) }, { domainId: domain.id, token })).disconnected;
}

const come = (
  { world, domain }: { world: World; domain: TestDomain },
  gameServerId: string,
  gameId: string,
  second: number,
): Promise<void> =>
  ingest(world, domain, { gameServerId, name: 'player-connected', meta: { player: playerOf(gameId) }, gameTime: at(second) });

const online = async (world: World, domain: TestDomain): Promise<string[]> =>
  (await pogRows(world, domain)).filter((pog) => pog.online).map(({ gameId }) => gameId);

const left = (domain: TestDomain) => events.of(domain, 'player-disconnected');

test('when a game server is gone, so are those who were on it: told once each, with the time they were there', async ({
  world,
  domain,
}) => {
  const [here, there] = [await addGameServer(world, domain), await addGameServer(world, domain)];
  await come({ world, domain }, here, 'alice', 0);
  await come({ world, domain }, here, 'bob', 10);
  await come({ world, domain }, here, 'late', 200);
  await come({ world, domain }, there, 'elsewhere', 0);
  await ingest(world, domain, { gameServerId: here, name: 'player-disconnected', meta: { player: playerOf('bob') }, gameTime: at(20) });
  await expect.poll(() => left(domain)).toHaveLength(1);
  await expect.poll(() => events.of(domain, 'player-connected')).toHaveLength(4);

  expect(await disconnect(world, domain, here, 100)).toBe(1);
  expect(await disconnect(world, domain, here, 100)).toBe(0);

  expect(await online(world, domain)).toEqual(['elsewhere', 'late']);
  await expect.poll(() => left(domain)).toHaveLength(2);
  expect(left(domain)[1]).toMatchObject({
    gameServerId: here,
    occurredAt: at(100),
    meta: { timestamp: at(100) },
    player: { name: 'alice', playtimeSeconds: 100 },
    pog: { gameId: 'alice', online: false, playtimeSeconds: 100 },
  });
  expect(left(domain)[1]?.pog?.roles).toHaveLength(1);
});

test('who shows up again is online again; what was told late of the time before changes nothing', async ({ world, domain }) => {
  const gameServerId = await addGameServer(world, domain);
  await come({ world, domain }, gameServerId, 'alice', 0);
  await come({ world, domain }, gameServerId, 'bob', 0);
  await expect.poll(() => online(world, domain)).toEqual(['alice', 'bob']);
  await disconnect(world, domain, gameServerId, 100);
  const chat = (gameId: string, second: number) => {
    const meta = { player: playerOf(gameId), msg: 'x', channel: 'global' };
    return ingest(world, domain, { gameServerId, name: 'chat-message', meta, gameTime: at(second) });
  };

  await chat('alice', 99);
  await chat('bob', 101);

  await expect.poll(() => events.of(domain, 'chat-message')).toHaveLength(2);
  await expect.poll(() => online(world, domain)).toEqual(['bob']);
});

test('what a clock wrote that was ahead holds until something comes of the time that is', async ({ world, domain }) => {
  const gameServerId = await addGameServer(world, domain);
  const [tomorrow, now] = [(Date.now() - START) / 1_000 + 86_400, (Date.now() - START) / 1_000];
  for (const gameId of ['leaves', 'talks', 'is cut off']) await come({ world, domain }, gameServerId, gameId, tomorrow);
  await ingest(world, domain, { gameServerId, name: 'player-disconnected', meta: { player: playerOf('comes') }, gameTime: at(tomorrow) });
  await expect.poll(() => online(world, domain)).toEqual(['is cut off', 'leaves', 'talks']);

  await ingest(world, domain, { gameServerId, name: 'player-disconnected', meta: { player: playerOf('leaves') }, gameTime: at(now) });
  await come({ world, domain }, gameServerId, 'comes', now);
  const meta = { player: { ...playerOf('talks'), name: 'renamed' }, msg: 'x', channel: 'global' };
  await ingest(world, domain, { gameServerId, name: 'chat-message', meta, gameTime: at(now) });
  await expect.poll(() => online(world, domain)).toEqual(['comes', 'is cut off', 'talks']);

  // Both are of the time that is by now, so the order counts again.
  await come({ world, domain }, gameServerId, 'leaves', now - 60);
  expect(await disconnect(world, domain, gameServerId, now)).toBe(3);
  await expect.poll(() => events.of(domain, 'player-connected')).toHaveLength(5);
  expect(await online(world, domain)).toEqual([]);
  expect(Math.max(...(await pogRows(world, domain)).map(({ stateAt }) => Number(stateAt)))).toBeLessThan(Date.now());
});
