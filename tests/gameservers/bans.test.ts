import { createBan, deleteBan, getBan, searchBans, updateBan } from '@takaro/contracts/gameservers/bans';
import { banPlayer, listBans, unbanPlayer } from '@takaro/contracts/gameservers/game-actions';
import { removeGameServer, updateGameServer } from '@takaro/contracts/gameservers/game-servers';
import { newId } from '@takaro/contracts/ids';
import type { World } from '@takaro/testing/world';
import { expect } from 'vitest';
import { addPlayer, addServer, connectGame, hearEvents } from './gameservers-world.ts';
import { testsInOneDomain } from './one-domain.ts';

const { test, shared, ask } = testsInOneDomain();

const known = (world: World) => addPlayer(world, shared.domain, shared.surroundings);

/** A game server on which every player was seen. */
async function arena(world: World) {
  const server = await addServer(world, shared.domain);
  shared.surroundings.seenOn.add(server.id);
  return server;
}

/** What is told of one player. */
async function hearOf(world: World, playerId: string) {
  const heard = await hearEvents(world, ['player-banned', 'player-unbanned']);
  const told = () => heard.events.filter((event) => event.playerId === playerId);
  return { told, names: () => told().map(({ name }) => name), [Symbol.asyncDispose]: () => heard[Symbol.asyncDispose]() };
}

test('a ban is kept, found, told to the game and told of with who made it', async ({ world }) => {
  const { id: gameServerId } = await arena(world);
  const { playerId, gameId } = await known(world);
  await using game = await connectGame(world, shared.domain, gameServerId);
  await using heard = await hearOf(world, playerId);
  const until = new Date(Date.now() + 3_600_000).toISOString();

  const ban = await ask(world, createBan, { gameServerId, playerId, takaroManaged: false, until, reason: 'cheating' });

  expect(ban).toEqual({
    id: expect.any(String),
    gameServerId,
    playerId,
    takaroManaged: true,
    isGlobal: false,
    until,
    reason: 'cheating',
    createdAt: expect.any(String),
    updatedAt: expect.any(String),
  });
  expect(await ask(world, getBan, { id: ban.id })).toEqual(ban);
  const found = await ask(world, searchBans, {
    filters: { playerId: [playerId], gameServerId: [gameServerId] },
    lessThan: { until },
    extend: ['gameServer'],
  });
  expect(found).toMatchObject({ rows: [{ ...ban, gameServer: { id: gameServerId, connectionInfo: {} } }], total: 1 });
  expect(game.asked).toEqual([{ action: 'banPlayer', args: { gameId, reason: 'cheating', expiresAt: until } }]);
  await expect.poll(heard.told).toMatchObject([
    {
      name: 'player-banned',
      gameServerId,
      actingUserId: shared.userId,
      meta: { reason: 'cheating', until, isGlobal: false, takaroManaged: true },
    },
  ]);
});

test('a ban is either global or of one game server', async ({ world }) => {
  const { id: gameServerId } = await arena(world);
  const { playerId } = await known(world);

  for (const scope of [{}, { gameServerId, isGlobal: true }, { isGlobal: false }, { gameServerId: null }]) {
    await expect(ask(world, createBan, { playerId, ...scope })).rejects.toMatchObject({ code: 'BAN_SCOPE_INVALID' });
  }
  const { id } = await ask(world, createBan, { playerId, isGlobal: true });
  const narrowed = ask(world, updateBan, { id, playerId, gameServerId, isGlobal: true });
  await expect(narrowed).rejects.toMatchObject({ code: 'BAN_SCOPE_INVALID' });
  expect(await ask(world, getBan, { id })).toMatchObject({ isGlobal: true, gameServerId: null });
});

test('a global ban reaches every game on which the player was seen, and holds where one of them is away', async ({ world }) => {
  const [here, there, away] = [await arena(world), await arena(world), await arena(world)];
  const { playerId, gameId } = await known(world);
  await using one = await connectGame(world, shared.domain, here.id);
  await using other = await connectGame(world, shared.domain, there.id);

  const ban = await ask(world, createBan, { playerId, isGlobal: true, reason: null });

  expect(ban).toMatchObject({ isGlobal: true, gameServerId: null, until: null, reason: null });
  const asked = [{ action: 'banPlayer', args: { gameId, reason: '' } }];
  expect([one.asked, other.asked]).toEqual([asked, asked]);
  await ask(world, createBan, { playerId, gameServerId: here.id });
  await ask(world, deleteBan, { id: ban.id });
  expect(
    one.asked.map(({ action }) => action),
    'where another ban holds',
  ).toEqual(['banPlayer', 'banPlayer']);
  expect(other.asked.map(({ action }) => action)).toEqual(['banPlayer', 'unbanPlayer']);
  expect((await ask(world, searchBans, { filters: { gameServerId: [away.id] } })).total).toBe(0);
});

test('who is banned where they are banned keeps the ban that they have, until its time is over', async ({ world }) => {
  const { id: gameServerId } = await arena(world);
  const { playerId } = await known(world);
  await using heard = await hearOf(world, playerId);
  const ban = (input: object) => ask(world, createBan, { playerId, ...input });

  const first = await ban({ gameServerId, until: new Date(Date.now() + 3_600_000).toISOString() });
  await expect(ban({ gameServerId, reason: 'again' })).rejects.toMatchObject({ code: 'BAN_EXISTS' });
  expect((await ask(world, searchBans, { filters: { playerId: [playerId] } })).rows).toEqual([first]);
  await ban({ isGlobal: true });
  await expect(ban({ isGlobal: true })).rejects.toMatchObject({ code: 'BAN_EXISTS' });
  // It is looked at when the hour is over.
  await world.adminSql(`update "domain_${shared.domain.id}"."ban" set "until" = now() where "id" = $1`, [first.id]);

  expect(await ban({ gameServerId })).toMatchObject({ until: null, id: expect.not.stringMatching(first.id) });
  await expect.poll(() => heard.names()).toContain('player-unbanned');
});

test('an update keeps what it does not name, and tells of a ban that now holds elsewhere', async ({ world }) => {
  const [here, there] = [await arena(world), await arena(world)];
  const [{ playerId }, other] = [await known(world), await known(world)];
  await using one = await connectGame(world, shared.domain, here.id);
  await using two = await connectGame(world, shared.domain, there.id);
  await using heard = await hearOf(world, playerId);
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const { id } = await ask(world, createBan, { gameServerId: here.id, playerId, until, reason: 'rude' });

  expect(await ask(world, updateBan, { id, gameServerId: here.id, playerId, until: null })).toMatchObject({ until: null, reason: 'rude' });
  expect(await ask(world, updateBan, { id, gameServerId: there.id, playerId })).toMatchObject({ gameServerId: there.id, reason: 'rude' });

  expect(one.asked.map(({ action }) => action)).toEqual(['banPlayer', 'banPlayer', 'unbanPlayer']);
  expect(two.asked.map(({ action }) => action)).toEqual(['banPlayer']);
  await expect.poll(() => heard.names().toSorted()).toEqual(['player-banned', 'player-banned', 'player-unbanned']);
  await ask(world, createBan, { gameServerId: there.id, playerId: other.playerId });
  const taken = ask(world, updateBan, { id, gameServerId: there.id, playerId: other.playerId });
  await expect(taken).rejects.toMatchObject({ code: 'BAN_EXISTS' });
});

test('a ban that is deleted is gone, lifted in the game, and told of', async ({ world }) => {
  const { id: gameServerId } = await arena(world);
  const { playerId, gameId } = await known(world);
  await using game = await connectGame(world, shared.domain, gameServerId);
  await using heard = await hearOf(world, playerId);
  const { id } = await ask(world, createBan, { gameServerId, playerId });

  expect(await ask(world, deleteBan, { id })).toEqual({});

  expect(game.asked.at(-1)).toEqual({ action: 'unbanPlayer', args: { gameId } });
  await expect.poll(heard.names).toEqual(['player-banned', 'player-unbanned']);
  expect(heard.told().at(-1)).toMatchObject({ actingUserId: shared.userId, meta: { isGlobal: false, takaroManaged: true } });
  for (const contract of [deleteBan, getBan]) {
    await expect(ask<{ id: string }, unknown>(world, contract, { id })).rejects.toMatchObject({
      code: 'BAN_NOT_FOUND',
      message: `Ban with id ${id} not found`,
    });
  }
  const update = ask(world, updateBan, { id, gameServerId, playerId });
  await expect(update).rejects.toMatchObject({ code: 'BAN_NOT_FOUND' });
});

test('a ban ends when its time is over', async ({ world }) => {
  const { id: gameServerId } = await arena(world);
  const { playerId } = await known(world);
  await using game = await connectGame(world, shared.domain, gameServerId);
  await using heard = await hearOf(world, playerId);

  const { id } = await ask(world, createBan, { gameServerId, playerId, until: new Date(Date.now() + 300).toISOString() });

  await expect.poll(heard.names, { timeout: 20_000 }).toEqual(['player-banned', 'player-unbanned']);
  await expect(ask(world, getBan, { id })).rejects.toMatchObject({ code: 'BAN_NOT_FOUND' });
  await expect.poll(() => game.asked.map(({ action }) => action)).toEqual(['banPlayer', 'unbanPlayer']);
});

test('players and game servers that are not there cannot be banned from or on', async ({ world }) => {
  const { id: gameServerId } = await arena(world);
  const { playerId } = await known(world);
  const gone = await arena(world);
  await ask(world, removeGameServer, { id: gone.id });
  const { id } = await ask(world, createBan, { gameServerId, playerId });

  const nobody = { gameServerId, playerId: newId() };
  const nowhere = { gameServerId: gone.id, playerId };
  await expect(ask(world, createBan, nobody)).rejects.toMatchObject({ code: 'PLAYER_NOT_FOUND' });
  await expect(ask(world, createBan, nowhere)).rejects.toMatchObject({ code: 'GAMESERVER_NOT_FOUND' });
  await expect(ask(world, updateBan, { id, ...nobody })).rejects.toMatchObject({ code: 'PLAYER_NOT_FOUND' });
  await expect(ask(world, updateBan, { id, ...nowhere })).rejects.toMatchObject({ code: 'GAMESERVER_NOT_FOUND' });
});

test('the old way to ban asks the game first, and keeps the ban then', async ({ world }) => {
  const { id: gameServerId } = await arena(world);
  const { playerId, gameId } = await known(world);
  const bans = async () => (await ask(world, searchBans, { filters: { playerId: [playerId] } })).rows;
  await using heard = await hearOf(world, playerId);

  await expect(ask(world, banPlayer, { gameServerId, playerId })).rejects.toMatchObject({ code: 'GAMESERVER_NOT_CONNECTED' });
  expect(await bans()).toEqual([]);
  await using game = await connectGame(world, shared.domain, gameServerId);
  await ask(world, banPlayer, { gameServerId, playerId, reason: 'rude' });
  expect(await bans()).toMatchObject([{ gameServerId, reason: 'rude', until: null, takaroManaged: true }]);
  await ask(world, unbanPlayer, { gameServerId, playerId });
  await ask(world, unbanPlayer, { gameServerId, playerId });

  expect(await bans()).toEqual([]);
  expect(game.asked).toEqual([
    { action: 'banPlayer', args: { gameId, reason: 'rude' } },
    { action: 'unbanPlayer', args: { gameId } },
    { action: 'unbanPlayer', args: { gameId } },
  ]);
  await expect.poll(heard.names).toEqual(['player-banned', 'player-unbanned']);
});

test('the bans of a game are shown as it tells them', async ({ world }) => {
  const { id } = await arena(world);
  const told = [{ player: { gameId: '7', name: 'Bob' }, reason: 'rude', expiresAt: null }];
  await using _game = await connectGame(world, shared.domain, id, () => ({ result: told }));

  expect(await ask(world, listBans, { id })).toEqual(told);
});

test.for(['banPlayer', 'unbanPlayer', 'listBans'] as const)('%s fails as every action does', async (name, { world }) => {
  const act = async (gameServerId: string, playerId: string) =>
    name === 'listBans'
      ? ask(world, listBans, { id: gameServerId })
      : ask<{ gameServerId: string; playerId: string }, unknown>(world, name === 'banPlayer' ? banPlayer : unbanPlayer, {
          gameServerId,
          playerId,
        });
  const server = await arena(world);
  const { playerId } = await known(world);
  const connected = async (reply: Parameters<typeof connectGame>[3]) => {
    await using _game = await connectGame(world, shared.domain, server.id, reply);
    return await act(server.id, playerId).then(
      () => 'none',
      (error: { code: string }) => error.code,
    );
  };

  expect(await connected(() => 'silence')).toBe('ACTION_TIMED_OUT');
  expect(await connected(() => ({ failure: 'failed', reason: 'no' }))).toBe('ACTION_FAILED');
  expect(await connected(() => ({ failure: 'invalid-answer' }))).toBe('ACTION_ANSWER_INVALID');
  await expect(act(server.id, playerId)).rejects.toMatchObject({ code: 'GAMESERVER_NOT_CONNECTED' });
  await expect(act(newId(), playerId)).rejects.toMatchObject({ code: 'GAMESERVER_NOT_FOUND' });
  if (name !== 'listBans') {
    await expect(act(server.id, newId())).rejects.toMatchObject({ code: 'PLAYER_NOT_FOUND' });
    const stranger = newId();
    shared.surroundings.gameIds.set(stranger, null);
    await expect(act(server.id, stranger)).rejects.toMatchObject({ code: 'POG_NOT_FOUND' });
  }
  await ask(world, updateGameServer, { id: server.id, name: server.name, type: 'MOCK', connectionInfo: '{}', enabled: false });
  await expect(act(server.id, playerId)).rejects.toMatchObject({ code: 'GAMESERVER_DISABLED' });
});
