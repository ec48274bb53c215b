import { newId } from '@takaro/contracts/ids';
import { describe, expect } from 'vitest';
import { eventsOf, implicitRole, type Playing, playersOn, refused, roleWith, row, text } from './players-rest.ts';
import { type Rest, restTest } from './rest-world.ts';

const test = restTest();

const NOT_FOUND = [404, 'NotFoundError', 'Not found'];

/** As everybody is shown whom a game told of. */
const pogOf = ({ gameServerId, playerId, gameId, ip }: Playing, currency = 0) => ({
  ...row,
  gameServerId,
  playerId,
  gameId,
  ip,
  ping: 20,
  currency,
  online: true,
  positionX: null,
  positionY: null,
  positionZ: null,
  dimension: null,
  inventory: [],
  lastSeen: text,
  playtimeSeconds: expect.any(Number),
});

const playerOf = ({ playerId, steamId, name }: Playing) =>
  expect.objectContaining({ id: playerId, steamId, name, steamLevel: null, xboxLiveId: null });

const enableEconomy = async (rest: Rest, gameServerId: string): Promise<void> => {
  const { status } = await rest.ask('POST', '/settings/economyEnabled', { body: { gameServerId, value: 'true' } });
  expect(status).toBe(200);
};

async function rich(rest: Rest, server: string, names: readonly string[], currency = 100): Promise<Playing[]> {
  const players = await playersOn(rest, server, names);
  await enableEconomy(rest, players[0]!.gameServerId);
  for (const player of players) await rest.ask('POST', `${pathOf(player)}/currency`, { body: { currency } });
  return players;
}

const pathOf = ({ gameServerId, playerId }: Pick<Playing, 'gameServerId' | 'playerId'>): string =>
  `/gameserver/${gameServerId}/player/${playerId}`;

const currencyOf = async (rest: Rest, player: Playing): Promise<number> => (await rest.ask('GET', pathOf(player))).body.data.currency;

describe('POST /gameserver/player/search', () => {
  test('shows players on game servers whole, with the roles that hold there and the relations asked for', async ({ rest }) => {
    const [anna] = await playersOn(rest, 'pog-search', ['Anna Search']);
    const { gameServerId, playerId, pogId } = anna!;
    const everywhere = await roleWith(rest, 'Everywhere', []);
    const here = await roleWith(rest, 'Here', []);
    for (const [id, body] of [
      [here.id, { gameServerId }],
      [everywhere.id, {}],
      [everywhere.id, { gameServerId }],
    ] as const) {
      await rest.ask('POST', `/player/${playerId}/role/${id}`, { body });
    }
    const filters = { gameServerId: [gameServerId], playerId: [playerId], gameId: [anna!.gameId], id: [pogId], online: true };

    const { status, body } = await rest.ask('POST', '/gameserver/player/search', { body: { filters, extend: ['gameServer', 'player'] } });

    expect([status, body.meta]).toEqual([200, { page: 0, limit: 100, total: 1 }]);
    const assigned = { ...row, playerId, expiresAt: null };
    const server = { name: 'pog-search', identityToken: 'pog-search', type: 'GENERIC', connectionInfo: {}, deletedAt: null };
    expect(body.data).toEqual([
      {
        ...pogOf(anna!),
        roles: [
          { ...assigned, roleId: everywhere.id, role: everywhere.shown, gameServerId: null },
          { ...assigned, roleId: here.id, role: here.shown, gameServerId },
          implicitRole,
        ],
        gameServer: { ...row, ...server, reachable: true, enabled: true },
        player: playerOf(anna!),
      },
    ]);
  });

  test('finds by ranges, and refuses a relation that they do not have', async ({ rest }) => {
    const [anna, bert] = await playersOn(rest, 'pog-find', ['Anna Find', 'Bert Find']);
    const { gameServerId } = anna!;
    const found = async (body: object): Promise<string[]> => {
      const answer = await rest.ask('POST', '/gameserver/player/search', { body: { filters: { gameServerId: [gameServerId] }, ...body } });
      return answer.body.data.map(({ playerId }: { playerId: string }) => playerId);
    };

    expect(new Set(await found({ sortBy: 'lastSeen', greaterThan: { lastSeen: '2020-01-01T00:00:00.000Z' } }))).toEqual(
      new Set([anna!.playerId, bert!.playerId]),
    );
    expect(await found({ filters: { gameServerId: [gameServerId], online: [false] } })).toEqual([]);
    expect(await found({ greaterThan: { playtimeSeconds: 1_000_000 } })).toEqual([]);
    expect(await found({ lessThan: { createdAt: '2020-01-01T00:00:00.000Z' } })).toEqual([]);
    expect((await rest.ask('POST', '/gameserver/player/search', { body: { extend: ['roles'] } })).status).toBe(400);
  });
});

describe('GET /gameserver/{gameServerId}/player/{playerId}', () => {
  test('shows one with the player, without the role that everybody has', async ({ rest }) => {
    const [anna] = await playersOn(rest, 'pog-get', ['Anna Get']);

    const { status, body } = await rest.ask('GET', pathOf(anna!));

    expect([status, body]).toEqual([200, { meta: {}, data: { ...pogOf(anna!), roles: [], player: playerOf(anna!) } }]);
    expect(refused(await rest.ask('GET', pathOf({ ...anna!, playerId: newId() })))).toEqual(NOT_FOUND);
    expect(refused(await rest.ask('GET', pathOf({ ...anna!, gameServerId: newId() })))).toEqual(NOT_FOUND);
  });
});

describe('currency', () => {
  test('is set in silence, added and deducted with an event', async ({ rest }) => {
    const [anna] = await rich(rest, 'currency', ['Anna Currency'], 0);
    const change = (what: string, currency: number) => rest.ask('POST', `${pathOf(anna!)}/${what}`, { body: { currency } });

    const answers = [await change('currency', 100), await change('add-currency', 20), await change('deduct-currency', 50)];

    const shown = (currency: number) => ({ meta: {}, data: { ...pogOf(anna!, currency), roles: [], player: playerOf(anna!) } });
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [200, shown(100)],
      [200, shown(120)],
      [200, shown(70)],
    ]);
    const { playerId, gameServerId } = anna!;
    for (const [eventName, amount] of [
      ['currency-added', 20],
      ['currency-deducted', 50],
    ] as const) {
      const [told] = await eventsOf(rest, { eventName, count: 1, playerId });
      expect(told).toMatchObject({ gameserverId: gameServerId, actingUserId: rest.root.id, meta: { amount } });
    }
  });

  test('goes by ids of players on game servers from one to another', async ({ rest }) => {
    const [anna, bert] = await rich(rest, 'transfer', ['Anna Transfer', 'Bert Transfer']);
    const transfer = (sender: string, receiver: string, currency: number) =>
      rest.ask('POST', `/gameserver/${anna!.gameServerId}/player/${sender}/${receiver}/transfer`, { body: { currency } });

    const { status, body } = await transfer(anna!.pogId, bert!.pogId, 30);

    expect([status, body]).toEqual([200, { meta: {}, data: {} }]);
    expect([await currencyOf(rest, anna!), await currencyOf(rest, bert!)]).toEqual([70, 130]);
    await eventsOf(rest, { eventName: 'currency-deducted', count: 1, playerId: anna!.playerId });
    await eventsOf(rest, { eventName: 'currency-added', count: 1, playerId: bert!.playerId });
    expect(refused(await transfer(anna!.playerId, bert!.playerId, 1))).toEqual(NOT_FOUND);
    expect(refused(await transfer(anna!.pogId, bert!.pogId, 71))).toEqual([400, 'BadRequestError', 'Insufficient funds']);
    expect(refused(await transfer(anna!.pogId, bert!.pogId, 0))).toEqual([400, 'BadRequestError', 'Amount must be greater than 0']);
    expect((await transfer(anna!.pogId, anna!.pogId, 1)).status).toBe(400);
    const [chris] = await rich(rest, 'transfer-elsewhere', ['Chris Transfer']);
    expect((await transfer(anna!.pogId, chris!.pogId, 1)).status).toBe(400);
    await rest.ask('POST', `${pathOf(bert!)}/currency`, { body: { currency: 2_147_483_647 } });
    expect((await transfer(anna!.pogId, bert!.pogId, 1)).status).toBe(400);
  });

  test('is never overdrawn, below nothing, or of nobody', async ({ rest }) => {
    const [anna] = await rich(rest, 'overdraft', ['Anna Overdraft']);
    const change = (what: string, currency: unknown, player: Pick<Playing, 'gameServerId' | 'playerId'> = anna!) =>
      rest.ask('POST', `${pathOf(player)}/${what}`, { body: { currency } });

    expect(refused(await change('deduct-currency', 101))).toEqual([400, 'BadRequestError', 'Not enough currency']);
    for (const what of ['add-currency', 'deduct-currency']) {
      expect(refused(await change(what, 0))).toEqual([400, 'BadRequestError', 'Amount must be greater than 0']);
    }
    expect((await change('add-currency', 2_147_483_647)).status).toBe(400);
    for (const what of ['currency', 'add-currency', 'deduct-currency']) {
      expect(refused(await change(what, 1, { ...anna!, playerId: newId() }))).toEqual(NOT_FOUND);
      for (const wrong of [-1, 1.5, '1', null]) expect((await change(what, wrong)).status).toBe(400);
    }
    expect(await currencyOf(rest, anna!)).toBe(100);
  });

  test('of twenty deductions at once of ten from a hundred takes ten', async ({ rest }) => {
    const [anna] = await rich(rest, 'at-once', ['Anna At Once']);
    const deduct = () => rest.ask('POST', `${pathOf(anna!)}/deduct-currency`, { body: { currency: 10 } });

    const answers = await Promise.all(Array.from({ length: 20 }, deduct));

    const withStatus = (wanted: number) => answers.filter(({ status }) => status === wanted);
    expect([withStatus(200).length, withStatus(400).length]).toEqual([10, 10]);
    expect(await currencyOf(rest, anna!)).toBe(0);
  });

  test('is taken from everybody at once', async ({ rest }) => {
    const [anna, bert] = await rich(rest, 'reset', ['Anna Reset', 'Bert Reset']);
    const { gameServerId } = anna!;
    const reset = (id: string) => rest.ask('POST', `/gameserver/${id}/reset-currency`);

    const { status, body } = await reset(gameServerId);

    expect([status, body]).toEqual([200, { meta: {}, data: { affectedPlayerCount: 2 } }]);
    expect([await currencyOf(rest, anna!), await currencyOf(rest, bert!)]).toEqual([0, 0]);
    const [told] = await eventsOf(rest, { eventName: 'currency-reset-all', count: 1, gameserverId: gameServerId });
    expect(told).toMatchObject({ playerId: null, actingUserId: rest.root.id, meta: { affectedPlayerCount: 2 } });
    const nowhere = newId();
    expect(refused(await reset(nowhere))).toEqual([404, 'NotFoundError', `Gameserver with id ${nowhere} not found`]);
  });

  test('needs the economy of the game server', async ({ rest }) => {
    const [anna, bert] = await playersOn(rest, 'no-economy', ['Anna Poor', 'Bert Poor']);
    const { gameServerId } = anna!;
    const paths = ['currency', 'add-currency', 'deduct-currency'].map((what) => `${pathOf(anna!)}/${what}`);
    const transfer = `/gameserver/${gameServerId}/player/${anna!.pogId}/${bert!.pogId}/transfer`;

    for (const path of [...paths, transfer]) {
      const answer = await rest.ask('POST', path, { body: { currency: 1 } });
      expect(refused(answer), path).toEqual([400, 'BadRequestError', 'Economy is not enabled']);
    }
    const reset = await rest.ask('POST', `/gameserver/${gameServerId}/reset-currency`);
    expect(refused(reset)).toEqual([400, 'BadRequestError', 'Economy is not enabled']);
  });
});

describe('removing players from a game server', () => {
  test('leaves the player, and is told with the game server', async ({ rest }) => {
    const [anna] = await playersOn(rest, 'pog-delete', ['Anna Delete']);
    const { playerId, gameServerId } = anna!;

    const { status, body } = await rest.ask('DELETE', pathOf(anna!));

    expect([status, body]).toEqual([200, { meta: {}, data: {} }]);
    expect(refused(await rest.ask('DELETE', pathOf(anna!)))).toEqual(NOT_FOUND);
    expect((await rest.ask('GET', `/player/${playerId}`)).body.data.name).toBe('Anna Delete');
    const [told] = await eventsOf(rest, { eventName: 'player-deleted', count: 1, playerId });
    expect(told).toMatchObject({ gameserverId: gameServerId, actingUserId: rest.root.id, meta: { playerName: 'Anna Delete' } });
  });

  test('in bulk answers for each', async ({ rest }) => {
    const [anna, bert] = await playersOn(rest, 'pog-bulk', ['Anna Bulk', 'Bert Bulk']);
    const nobody = newId();
    const playerIds = [anna!.playerId, bert!.playerId, nobody];

    const { status, body } = await rest.ask('DELETE', `/gameserver/${anna!.gameServerId}/player`, { body: { playerIds } });

    const errors = [{ playerId: nobody, reason: 'Player not found on this game server' }];
    expect([status, body]).toEqual([200, { meta: {}, data: { deleted: 2, failed: 1, errors } }]);
    expect((await rest.ask('DELETE', `/gameserver/${anna!.gameServerId}/player`, { body: { playerIds: [] } })).status).toBe(400);
  });
});
