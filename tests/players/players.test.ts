import { newId } from '@takaro/contracts/ids';
import { getGamePlayer } from '@takaro/contracts/players/in-games';
import { findPlayersByText, getPlayerContext, getPlayersByIds, getPogsByIds } from '@takaro/contracts/players/internal';
import { searchPogs } from '@takaro/contracts/players/pog-rest';
import { assignPlayerRole, getPlayer, searchPlayers } from '@takaro/contracts/players/rest';
import type { SearchInput } from '@takaro/contracts/search';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import { addGameServer, addPlayer, addRole, ask, implicitRole, ingest, pogRows, startPlayersUnderTest } from './players-world.ts';

const test = worldTest(startPlayersUnderTest);

/** Two game servers; Anna on both, Bert on the first, Chris on the second. */
async function community(world: World, domain: TestDomain) {
  const [one, two] = [await addGameServer(world, domain), await addGameServer(world, domain)];
  const anna = await addPlayer(world, domain, { gameServerId: one, name: 'Anna', currency: 5 });
  const bert = await addPlayer(world, domain, { gameServerId: one, name: 'Bert' });
  const chris = await addPlayer(world, domain, { gameServerId: two, name: 'Chris 100%' });
  await world.adminSql(
    `insert into "domain_${domain.id}"."playerOnGameServer"
       ("id", "playerId", "gameServerId", "gameId", "online", "lastSeen", "stateAt", "stateSeq") values ($1, $2, $3, 'a', true, now(), now(), 0)`,
    [newId(), anna.playerId, two],
  );
  return { one, two, anna, bert, chris };
}

const names = async (world: World, domain: TestDomain, input: SearchInput): Promise<string[]> => {
  const { rows, total } = await ask(world, domain, { contract: searchPlayers, input: { sortBy: 'name', ...input } });
  expect(total).toBe(rows.length);
  return rows.map(({ name }) => name);
};

test('a game’s id means who was seen under it there, and nobody elsewhere', async ({ world, domain, otherDomain }) => {
  const { one, two, anna } = await community(world, domain);
  const bus = await world.busFor('gameservers');
  const who = async (gameServerId: string, gameId: string, { id: domainId } = domain) =>
    bus.call(getGamePlayer, { gameServerId, gameId }, { domainId, token: await bus.serviceToken(domainId) });

  expect(await who(one, anna.gameId)).toEqual({ gameId: anna.gameId, name: 'Anna', steamId: anna.steamId });
  expect(await who(two, 'a')).toMatchObject({ gameId: 'a', name: 'Anna' });
  expect([await who(two, anna.gameId), await who(one, 'nobody'), await who(one, anna.gameId, otherDomain)]).toEqual([null, null, null]);
});

describe('searching players', () => {
  test('finds them by what they are and who they are', async ({ world, domain }) => {
    const { anna, bert } = await community(world, domain);
    const vip = await addRole(world, domain, 'Vip');
    await world.adminSql(`insert into "domain_${domain.id}"."playerRole" ("id", "playerId", "roleId") values ($1, $2, $3)`, [
      newId(),
      bert.playerId,
      vip.id,
    ]);

    expect(await names(world, domain, {})).toEqual(['Anna', 'Bert', 'Chris 100%']);
    expect(await names(world, domain, { filters: { steamId: [anna.steamId] } })).toEqual(['Anna']);
    expect(await names(world, domain, { filters: { id: [bert.playerId], name: ['Anna'] } })).toEqual([]);
    expect(await names(world, domain, { search: { name: ['0%', 'bER'] } })).toEqual(['Bert', 'Chris 100%']);
    expect(await names(world, domain, { filters: { roleId: [vip.id] } })).toEqual(['Bert']);
    expect(await names(world, domain, { filters: { roleId: [vip.id], name: ['Anna'] } })).toEqual([]);
    expect(await names(world, domain, { filters: { roleId: [implicitRole(domain).id] } })).toHaveLength(3);
  });

  test('shows their assignments, and on request their roles and where they play', async ({ world, domain }) => {
    const { one, two, anna } = await community(world, domain);
    const vip = await addRole(world, domain, 'Vip');
    for (const gameServerId of [one, two]) {
      const input = { id: anna.playerId, roleId: vip.id, gameServerId };
      await ask(world, domain, { contract: assignPlayerRole, input });
    }
    const found = async (extend: string[]) => {
      const input = { filters: { name: ['Anna'] }, extend };
      return (await ask(world, domain, { contract: searchPlayers, input })).rows[0];
    };

    const all = await found(['playerOnGameServers', 'roles', 'gameServers', 'roleAssignments']);
    const bare = await found([]);

    const assigned = { id: expect.any(String), playerId: anna.playerId, roleId: vip.id, role: vip, expiresAt: null };
    const times = { createdAt: expect.any(String), updatedAt: expect.any(String) };
    expect(bare?.roleAssignments).toEqual([
      { ...assigned, ...times, gameServerId: one },
      { ...assigned, ...times, gameServerId: two },
      { playerId: anna.playerId, roleId: implicitRole(domain).id, role: implicitRole(domain) },
    ]);
    expect(all).toEqual({
      ...bare,
      playerOnGameServers: expect.any(Array),
      roles: [vip, implicitRole(domain)],
      gameServerIds: expect.any(Array),
    });
    expect(new Set(all?.playerOnGameServers?.map(({ gameServerId }) => gameServerId))).toEqual(new Set([one, two]));
    expect(new Set(all?.gameServerIds)).toEqual(new Set([one, two]));
  });

  test('finds them on game servers', async ({ world, domain }) => {
    const { one, two, anna } = await community(world, domain);
    const search = (input: SearchInput) => ask(world, domain, { contract: searchPogs, input });

    expect((await search({ filters: { gameServerId: [one] } })).total).toBe(2);
    expect((await search({ filters: { online: true } })).rows).toMatchObject([{ gameId: 'a', gameServerId: two }]);
    expect((await search({ filters: { online: [false] } })).total).toBe(3);
    const { rows } = await search({ filters: { id: [anna.pogId] }, extend: ['player'] });
    expect(rows).toMatchObject([{ currency: 5, inventory: [], roles: [{ role: { name: 'Player' } }], player: { name: 'Anna' } }]);
    expect((await search({ filters: { id: [anna.pogId] } })).rows[0]).not.toHaveProperty('player');
  });
});

describe('one player', () => {
  test('is shown with the names and addresses they were seen with, newest first', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const seen = [
      { name: 'First', ip: '10.0.0.1' },
      { name: 'Second', ip: '10.0.0.1' },
      { name: 'Second', ip: '10.0.0.2' },
    ];
    for (const [index, { name, ip }] of seen.entries()) {
      const receivedAt = new Date(Date.now() + index).toISOString();
      const player = { gameId: 'g', steamId: '76561198000000009', name, ip };
      await ingest(world, domain, { gameServerId, name: 'player-connected', receivedAt, meta: { player } });
    }
    await expect.poll(async () => (await pogRows(world, domain))[0]?.ip).toBe('10.0.0.2');
    const [pog] = await pogRows(world, domain);

    const player = await ask(world, domain, { contract: getPlayer, input: { id: pog?.playerId ?? '' } });

    expect(player.name).toBe('Second');
    expect(player.nameHistory.map(({ name }) => name)).toEqual(['Second', 'First']);
    expect(player.ipHistory.map(({ ip }) => ip)).toEqual(['10.0.0.2', '10.0.0.1']);
  });

  test('who does not exist, or exists in another domain, is not found', async ({ world, domain, otherDomain }) => {
    const { anna, one } = await community(world, otherDomain);

    for (const id of [newId(), anna.playerId]) {
      await expect(ask(world, domain, { contract: getPlayer, input: { id } })).rejects.toMatchObject({ code: 'PLAYER_NOT_FOUND' });
    }
    const input = { playerId: anna.playerId, gameServerId: one };
    await expect(ask(world, domain, { contract: getPlayerContext, input })).rejects.toMatchObject({ code: 'PLAYER_NOT_FOUND' });
  });
});

describe('what other services ask', () => {
  test('who a player is on a game server, and that they have not been there', async ({ world, domain }) => {
    const { one, two, anna, bert } = await community(world, domain);
    const context = (playerId: string, gameServerId: string) =>
      ask(world, domain, { contract: getPlayerContext, input: { playerId, gameServerId } });

    expect(await context(anna.playerId, one)).toMatchObject({
      player: { name: 'Anna' },
      pog: { id: anna.pogId, player: { name: 'Anna' } },
    });
    expect(await context(bert.playerId, two)).toMatchObject({ player: { name: 'Bert' }, pog: null });
  });

  test('players and players on game servers by their ids, without those that are not there', async ({ world, domain, otherDomain }) => {
    const { anna, bert } = await community(world, domain);
    const foreign = await community(world, otherDomain);

    const players = await ask(world, domain, {
      contract: getPlayersByIds,
      input: { ids: [bert.playerId, newId(), anna.playerId, foreign.anna.playerId] },
    });
    const pogs = await ask(world, domain, { contract: getPogsByIds, input: { ids: [anna.pogId, newId(), foreign.anna.pogId] } });

    expect(new Set(players.map(({ id }) => id))).toEqual(new Set([anna.playerId, bert.playerId]));
    expect(pogs).toMatchObject([{ id: anna.pogId, player: { id: anna.playerId } }]);
  });

  test('whom a text means: an id, the whole name, a part of it, a part of an id', async ({ world, domain }) => {
    const { one, two, anna, bert, chris } = await community(world, domain);
    await addPlayer(world, domain, { gameServerId: one, name: 'Annabel' });
    const find = async (text: string, gameServerId = one): Promise<string[]> => {
      const pogs = await ask(world, domain, { contract: findPlayersByText, input: { gameServerId, text } });
      return pogs.map(({ id }) => id);
    };

    expect(await find('ANNA')).toEqual([anna.pogId]);
    expect(await find('ann')).toHaveLength(2);
    expect(await find('ert')).toEqual([bert.pogId]);
    expect(await find(bert.playerId)).toEqual([bert.pogId]);
    expect(await find(bert.gameId.toUpperCase())).toEqual([bert.pogId]);
    expect(await find(bert.steamId.slice(-3))).toContain(bert.pogId);
    expect(await find(chris.steamId)).toEqual([]);
    expect(await find('%', two)).toEqual([chris.pogId]);
  });
});
