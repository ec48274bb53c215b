import { newId } from '@takaro/contracts/ids';
import { holdCurrency } from '@takaro/contracts/players/internal';
import { getPog, resetCurrency, setCurrency } from '@takaro/contracts/players/pog-rest';
import { deletePlayer, deletePlayers, deletePog, deletePogs } from '@takaro/contracts/players/removal';
import { getPlayer } from '@takaro/contracts/players/rest';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import {
  addGameServer,
  addPlayer,
  addRole,
  ask,
  goneGameServers,
  ingest,
  pogRows,
  poorGameServers,
  readEvents,
  startPlayersUnderTest,
} from './players-world.ts';

let events: Awaited<ReturnType<typeof readEvents>>;
const test = worldTest(startPlayersUnderTest);
test.beforeAll(async ({ world }) => {
  events = await readEvents(world);
});

const TABLES = ['player', 'playerOnGameServer', 'playerRole', 'currencyHold', 'nameHistory', 'ipHistory'];

const rowsOf = async (world: World, domain: TestDomain): Promise<Record<string, number>> => {
  const counts = TABLES.map((table) => `(select count(*)::integer from "domain_${domain.id}"."${table}") as "${table}"`);
  const [row] = await world.adminSql<Record<string, number>>(`select ${counts.join(', ')}`);
  return row ?? {};
};

/** Somebody with a row in each of the tables. */
async function settled(world: World, domain: TestDomain) {
  const schema = `"domain_${domain.id}"`;
  const gameServerId = await addGameServer(world, domain);
  const player = await addPlayer(world, domain, { gameServerId, currency: 10, name: 'Anna' });
  const { playerId } = player;
  const { id: roleId } = await addRole(world, domain, 'Vip');
  await world.adminSql(`insert into ${schema}."playerRole" ("id", "playerId", "roleId") values ($1, $2, $3)`, [newId(), playerId, roleId]);
  await world.adminSql(`insert into ${schema}."nameHistory" ("id", "playerId", "name") values ($1, $2, 'Anna')`, [newId(), playerId]);
  await world.adminSql(`insert into ${schema}."ipHistory" ("id", "playerId", "ip") values ($1, $2, '10.0.0.1')`, [newId(), playerId]);
  const expiresAt = new Date(Date.now() + 600_000).toISOString();
  await ask(world, domain, { contract: holdCurrency, input: { executionId: newId(), playerId, gameServerId, amount: 5, expiresAt } });
  return { gameServerId, ...player };
}

describe('removing players', () => {
  test('takes everything that is theirs, and is told with who they were and who did it', async ({ world, domain }) => {
    const { playerId } = await settled(world, domain);
    const before = await rowsOf(world, domain);
    const userId = newId();
    const token = await world.tokens.user(domain.id, ['MANAGE_PLAYERS'], userId);

    expect(await ask(world, domain, { contract: deletePlayer, input: { id: playerId }, token })).toEqual({});

    expect(before).toEqual(Object.fromEntries(TABLES.map((table) => [table, 1])));
    expect(await rowsOf(world, domain)).toEqual(Object.fromEntries(TABLES.map((table) => [table, 0])));
    await expect.poll(() => events.of(domain)).toHaveLength(1);
    expect(events.of(domain)[0]).toMatchObject({
      name: 'player-deleted',
      playerId,
      gameServerId: null,
      actingUserId: userId,
      meta: { playerName: 'Anna' },
      player: { id: playerId, roleAssignments: [{ role: { name: 'Vip' } }, { role: { name: 'Player' } }] },
    });
    const again = ask(world, domain, { contract: deletePlayer, input: { id: playerId } });
    await expect(again).rejects.toMatchObject({ code: 'PLAYER_NOT_FOUND' });
  });

  test('in bulk says of each whom it could not remove', async ({ world, domain, otherDomain }) => {
    const gameServerId = await addGameServer(world, domain);
    const [anna, bert, chris] = [
      await addPlayer(world, domain, { gameServerId }),
      await addPlayer(world, domain, { gameServerId }),
      await addPlayer(world, domain, { gameServerId }),
    ];
    const foreign = await addPlayer(world, otherDomain, { gameServerId: await addGameServer(world, otherDomain) });
    const unknown = newId();
    const playerIds = [anna.playerId, unknown, bert.playerId, anna.playerId, foreign.playerId];

    const answer = await ask(world, domain, { contract: deletePlayers, input: { playerIds } });

    const reason = 'Player not found';
    expect(answer).toEqual({
      deleted: 2,
      failed: 2,
      errors: [
        { playerId: unknown, reason },
        { playerId: foreign.playerId, reason },
      ],
    });
    expect((await pogRows(world, domain)).map(({ playerId }) => playerId)).toEqual([chris.playerId]);
    expect(await pogRows(world, otherDomain)).toHaveLength(1);
    await expect.poll(() => events.of(domain, 'player-deleted')).toHaveLength(2);
    expect(events.of(otherDomain)).toEqual([]);
  });

  test('lets who plays again be somebody new', async ({ world, domain }) => {
    const { playerId, gameServerId, gameId, steamId } = await settled(world, domain);
    const chat = { gameServerId, name: 'chat-message', meta: { player: { gameId, steamId, name: 'Anna' }, msg: 'x', channel: 'global' } };
    await ingest(world, domain, chat);
    await expect.poll(() => events.of(domain, 'chat-message')).toHaveLength(1);

    await ask(world, domain, { contract: deletePlayer, input: { id: playerId } });
    await ingest(world, domain, chat);

    await expect.poll(() => events.of(domain, 'chat-message')).toHaveLength(2);
    const again = events.of(domain, 'chat-message')[1];
    expect(again?.playerId).not.toBe(playerId);
    expect(again).toMatchObject({ player: { name: 'Anna' }, pog: { currency: 0 } });
  });
});

describe('removing players from a game server', () => {
  test('leaves them and where else they play, and is told with the game server', async ({ world, domain }) => {
    const { playerId, pogId, gameServerId } = await settled(world, domain);

    expect(await ask(world, domain, { contract: deletePog, input: { gameServerId, playerId } })).toEqual({});

    expect(await rowsOf(world, domain)).toMatchObject({ player: 1, playerOnGameServer: 0, currencyHold: 0, playerRole: 1 });
    expect((await ask(world, domain, { contract: getPlayer, input: { id: playerId } })).name).toBe('Anna');
    await expect.poll(() => events.of(domain)).toHaveLength(1);
    const told = { name: 'player-deleted', playerId, gameServerId, meta: { playerName: 'Anna' }, player: { id: playerId } };
    expect(events.of(domain)[0]).toMatchObject({ ...told, pog: { id: pogId, currency: 10, player: { id: playerId } } });
    for (const contract of [deletePog, getPog]) {
      await expect(ask(world, domain, { contract, input: { gameServerId, playerId } })).rejects.toMatchObject({ code: 'POG_NOT_FOUND' });
    }
  });

  test('in bulk takes those who are on this one', async ({ world, domain }) => {
    const [one, two] = [await addGameServer(world, domain), await addGameServer(world, domain)];
    const [anna, bert] = [await addPlayer(world, domain, { gameServerId: one }), await addPlayer(world, domain, { gameServerId: two })];

    const input = { gameServerId: one, playerIds: [anna.playerId, bert.playerId] };
    const answer = await ask(world, domain, { contract: deletePogs, input });

    const errors = [{ playerId: bert.playerId, reason: 'Player not found on this game server' }];
    expect(answer).toEqual({ deleted: 1, failed: 1, errors });
    expect((await pogRows(world, domain)).map(({ id }) => id)).toEqual([bert.pogId]);
  });
});

describe('resetting currency', () => {
  test('takes what everybody on the game server has, and is told once', async ({ world, domain }) => {
    const [one, two] = [await addGameServer(world, domain), await addGameServer(world, domain)];
    for (const currency of [5, 0, 7]) await addPlayer(world, domain, { gameServerId: one, currency });
    const elsewhere = await addPlayer(world, domain, { gameServerId: two, currency: 9 });
    const userId = newId();
    const token = await world.tokens.user(domain.id, ['MANAGE_GAMESERVERS'], userId);

    const answer = await ask(world, domain, { contract: resetCurrency, input: { id: one }, token });

    expect(answer).toEqual({ affectedPlayerCount: 2 });
    const rich = (await pogRows(world, domain)).filter(({ currency }) => currency > 0);
    expect(rich).toMatchObject([{ id: elsewhere.pogId, currency: 9 }]);
    await expect.poll(() => events.of(domain)).toHaveLength(1);
    const told = { name: 'currency-reset-all', gameServerId: one, playerId: null, actingUserId: userId, meta: { affectedPlayerCount: 2 } };
    expect(events.of(domain)[0]).toMatchObject(told);
    expect(await ask(world, domain, { contract: resetCurrency, input: { id: one } })).toEqual({ affectedPlayerCount: 0 });
  });

  test('is refused where the economy is off, or there is no game server', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const { playerId } = await addPlayer(world, domain, { gameServerId, currency: 5 });
    const reset = () => ask(world, domain, { contract: resetCurrency, input: { id: gameServerId } });

    poorGameServers.add(gameServerId);
    await expect(reset()).rejects.toMatchObject({ code: 'ECONOMY_DISABLED' });
    goneGameServers.add(gameServerId);
    const message = `Gameserver with id ${gameServerId} not found`;
    await expect(reset()).rejects.toMatchObject({ code: 'GAMESERVER_NOT_FOUND', message });

    const set = ask(world, domain, { contract: setCurrency, input: { gameServerId, playerId, currency: 1 } });
    await expect(set).rejects.toMatchObject({ code: 'POG_NOT_FOUND' });
    expect((await pogRows(world, domain)).map(({ currency }) => currency)).toEqual([5]);
  });
});
