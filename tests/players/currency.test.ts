import { newId } from '@takaro/contracts/ids';
import { captureHold, holdCurrency, releaseHold } from '@takaro/contracts/players/internal';
import { addCurrency, deductCurrency, getPog, setCurrency, transferCurrency } from '@takaro/contracts/players/pog-rest';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import { addGameServer, addPlayer, ask, pogRows, poorGameServers, readEvents, startPlayersUnderTest } from './players-world.ts';

let events: Awaited<ReturnType<typeof readEvents>>;
const test = worldTest(startPlayersUnderTest);
test.beforeAll(async ({ world }) => {
  events = await readEvents(world);
});

const MAX = 2_147_483_647;

async function rich(world: World, domain: TestDomain, currency = 100) {
  const gameServerId = await addGameServer(world, domain);
  return { gameServerId, ...(await addPlayer(world, domain, { gameServerId, currency })) };
}

const left = async (world: World, domain: TestDomain): Promise<number[]> => (await pogRows(world, domain)).map(({ currency }) => currency);

const inTenMinutes = (): string => new Date(Date.now() + 600_000).toISOString();

describe('currency of a player', () => {
  test('is set without telling anybody', async ({ world, domain }) => {
    const { gameServerId, playerId } = await rich(world, domain);

    const pog = await ask(world, domain, { contract: setCurrency, input: { gameServerId, playerId, currency: 7 } });

    expect(pog).toMatchObject({ currency: 7, playerId, gameServerId, roles: [], player: { id: playerId } });
    expect(await ask(world, domain, { contract: getPog, input: { gameServerId, playerId } })).toEqual(pog);
    expect(events.of(domain)).toEqual([]);
  });

  test('is added to and told of, with who did it', async ({ world, domain }) => {
    const { gameServerId, playerId, pogId } = await rich(world, domain);
    const userId = newId();
    const token = await world.tokens.user(domain.id, ['MANAGE_PLAYERS'], userId);

    const pog = await ask(world, domain, { contract: addCurrency, input: { gameServerId, playerId, currency: 5 }, token });

    expect(pog.currency).toBe(105);
    await expect.poll(() => events.of(domain, 'currency-added')).toHaveLength(1);
    expect(events.of(domain)[0]).toMatchObject({
      gameServerId,
      playerId,
      actingUserId: userId,
      meta: { amount: 5 },
      pog: { id: pogId, currency: 105 },
    });
  });

  test('is deducted and told of, with the module that did it', async ({ world, domain }) => {
    const { gameServerId, playerId } = await rich(world, domain);
    const moduleId = newId();
    const token = await world.tokens.execution(domain.id, { moduleId, depth: 3 });

    const pog = await ask(world, domain, { contract: deductCurrency, input: { gameServerId, playerId, currency: 5 }, token });

    expect(pog.currency).toBe(95);
    await expect.poll(() => events.of(domain, 'currency-deducted')).toHaveLength(1);
    expect(events.of(domain)[0]).toMatchObject({ actingModuleId: moduleId, actingUserId: null, depth: 4, meta: { amount: 5 } });
  });

  test('goes from one player to another, and both are told of', async ({ world, domain }) => {
    const { gameServerId, pogId: sender } = await rich(world, domain);
    const { pogId: receiver } = await addPlayer(world, domain, { gameServerId });

    const answer = await ask(world, domain, { contract: transferCurrency, input: { gameServerId, sender, receiver, currency: 30 } });

    expect(answer).toEqual({});
    expect(await left(world, domain)).toEqual([70, 30]);
    await expect.poll(() => events.of(domain)).toHaveLength(2);
    expect(events.of(domain, 'currency-deducted')[0]).toMatchObject({ pog: { id: sender } });
    expect(events.of(domain, 'currency-added')[0]).toMatchObject({ pog: { id: receiver } });
  });

  test('never is a fraction, less than nothing, or more than 32 bits', async ({ world, domain }) => {
    const { gameServerId, playerId } = await rich(world, domain);
    const set = (currency: number) => ask(world, domain, { contract: setCurrency, input: { gameServerId, playerId, currency } });

    await expect(set(1.5)).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
    await expect(set(-1)).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
    await expect(set(MAX + 1)).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
    await set(MAX);
    const more = ask(world, domain, { contract: addCurrency, input: { gameServerId, playerId, currency: 1 } });
    await expect(more).rejects.toMatchObject({ code: 'CURRENCY_TOO_LARGE' });
  });

  test('cannot be overdrawn', async ({ world, domain }) => {
    const { gameServerId, playerId, pogId: sender } = await rich(world, domain);
    const { pogId: receiver } = await addPlayer(world, domain, { gameServerId, currency: MAX });
    const deduct = ask(world, domain, { contract: deductCurrency, input: { gameServerId, playerId, currency: 101 } });
    await expect(deduct).rejects.toMatchObject({ code: 'NOT_ENOUGH_CURRENCY', message: 'Not enough currency' });
    const transfer = (currency: number) =>
      ask(world, domain, { contract: transferCurrency, input: { gameServerId, sender, receiver, currency } });
    await expect(transfer(101)).rejects.toMatchObject({ code: 'INSUFFICIENT_FUNDS', message: 'Insufficient funds' });
    await expect(transfer(1)).rejects.toMatchObject({ code: 'CURRENCY_TOO_LARGE' });

    expect(await left(world, domain)).toEqual([100, MAX]);
    expect(events.of(domain)).toEqual([]);
  });

  test('is not there where the economy is off', async ({ world, domain }) => {
    const { gameServerId, playerId, pogId: sender } = await rich(world, domain);
    const { pogId: receiver } = await addPlayer(world, domain, { gameServerId });
    poorGameServers.add(gameServerId);
    const input = { gameServerId, playerId, currency: 1 };

    for (const contract of [setCurrency, addCurrency, deductCurrency]) {
      await expect(ask(world, domain, { contract, input })).rejects.toMatchObject({
        code: 'ECONOMY_DISABLED',
        message: 'Economy is not enabled',
      });
    }
    const transfer = ask(world, domain, { contract: transferCurrency, input: { gameServerId, sender, receiver, currency: 1 } });
    await expect(transfer).rejects.toMatchObject({ code: 'ECONOMY_DISABLED' });
  });

  test('moves by more than nothing', async ({ world, domain }) => {
    const { gameServerId, playerId, pogId: sender } = await rich(world, domain);
    const { pogId: receiver } = await addPlayer(world, domain, { gameServerId });
    const refused = { code: 'AMOUNT_NOT_POSITIVE', message: 'Amount must be greater than 0' };

    for (const contract of [addCurrency, deductCurrency]) {
      await expect(ask(world, domain, { contract, input: { gameServerId, playerId, currency: 0 } })).rejects.toMatchObject(refused);
    }
    const transfer = ask(world, domain, { contract: transferCurrency, input: { gameServerId, sender, receiver, currency: 0 } });
    await expect(transfer).rejects.toMatchObject(refused);
  });

  test('belongs to players who are on the game server', async ({ world, domain }) => {
    const { gameServerId, playerId, pogId: sender } = await rich(world, domain);
    const elsewhere = await rich(world, domain);
    const unknown = { gameServerId, playerId: elsewhere.playerId, currency: 1 };

    for (const contract of [setCurrency, addCurrency, deductCurrency]) {
      await expect(ask(world, domain, { contract, input: unknown })).rejects.toMatchObject({ code: 'POG_NOT_FOUND' });
    }
    await expect(ask(world, domain, { contract: getPog, input: { gameServerId, playerId: newId() } })).rejects.toMatchObject({
      code: 'POG_NOT_FOUND',
    });
    const transfer = (receiver: string, at = gameServerId) =>
      ask(world, domain, { contract: transferCurrency, input: { gameServerId: at, sender, receiver, currency: 1 } });
    await expect(transfer(playerId)).rejects.toMatchObject({ code: 'POG_NOT_FOUND' });
    await expect(transfer(sender)).rejects.toMatchObject({ code: 'TRANSFER_TO_SELF' });
    await expect(transfer(elsewhere.pogId)).rejects.toMatchObject({ code: 'TRANSFER_ACROSS_GAME_SERVERS' });
    const { pogId: other } = await addPlayer(world, domain, { gameServerId });
    await expect(transfer(other, elsewhere.gameServerId)).rejects.toMatchObject({ code: 'POG_NOT_FOUND' });
  });
});

describe('holds', () => {
  const holdOf = (player: { gameServerId: string; playerId: string }, amount: number, expiresAt = inTenMinutes()) => ({
    executionId: newId(),
    playerId: player.playerId,
    gameServerId: player.gameServerId,
    amount,
    expiresAt,
  });

  test('keep back what a command will cost, once however often it is asked', async ({ world, domain }) => {
    const player = await rich(world, domain);
    const hold = holdOf(player, 60);

    await ask(world, domain, { contract: holdCurrency, input: hold });
    await ask(world, domain, { contract: holdCurrency, input: hold });

    const { gameServerId, playerId } = player;
    const deduct = (currency: number) => ask(world, domain, { contract: deductCurrency, input: { gameServerId, playerId, currency } });
    await expect(deduct(41)).rejects.toMatchObject({ code: 'NOT_ENOUGH_CURRENCY' });
    await expect(ask(world, domain, { contract: holdCurrency, input: holdOf(player, 41) })).rejects.toMatchObject({
      code: 'NOT_ENOUGH_CURRENCY',
    });
    expect((await deduct(40)).currency).toBe(60);
  });

  test('are captured once, and told of once', async ({ world, domain }) => {
    const player = await rich(world, domain);
    const hold = holdOf(player, 60);
    await ask(world, domain, { contract: holdCurrency, input: hold });
    const capture = () => ask(world, domain, { contract: captureHold, input: { executionId: hold.executionId } });

    const answers = await Promise.all([capture(), capture(), capture()]);

    expect(answers).toEqual([{ captured: true }, { captured: true }, { captured: true }]);
    await ask(world, domain, { contract: releaseHold, input: { executionId: hold.executionId } });
    expect(await capture()).toEqual({ captured: true });
    expect(await left(world, domain)).toEqual([40]);
    await expect.poll(() => events.of(domain)).toHaveLength(1);
    expect(events.of(domain)[0]).toMatchObject({ name: 'currency-deducted', playerId: player.playerId, meta: { amount: 60 } });
  });

  test('give back what they held when they are released or expire', async ({ world, domain }) => {
    const player = await rich(world, domain);
    const released = holdOf(player, 100);
    await ask(world, domain, { contract: holdCurrency, input: released });
    await ask(world, domain, { contract: releaseHold, input: { executionId: released.executionId } });
    const expired = holdOf(player, 100, new Date(Date.now() + 50).toISOString());
    await ask(world, domain, { contract: holdCurrency, input: expired });
    const third = holdOf(player, 100);

    await expect.poll(() => ask(world, domain, { contract: holdCurrency, input: third }).catch(() => 'held')).toEqual({});

    for (const { executionId } of [released, expired]) {
      expect(await ask(world, domain, { contract: captureHold, input: { executionId } })).toEqual({ captured: false });
    }
    expect(await left(world, domain)).toEqual([100]);
  });

  test('of a player who is not on the game server there are none', async ({ world, domain }) => {
    const hold = holdOf({ gameServerId: newId(), playerId: newId() }, 1);

    await expect(ask(world, domain, { contract: holdCurrency, input: hold })).rejects.toMatchObject({ code: 'POG_NOT_FOUND' });
    expect(await ask(world, domain, { contract: captureHold, input: { executionId: newId() } })).toEqual({ captured: false });
    expect(await ask(world, domain, { contract: releaseHold, input: { executionId: newId() } })).toEqual({});
  });

  test('twenty who want a hundred at once, by holds and deductions of ten, end at exactly nothing', async ({ world, domain }) => {
    const player = await rich(world, domain);
    const { gameServerId, playerId } = player;
    const deduct = () => ask(world, domain, { contract: deductCurrency, input: { gameServerId, playerId, currency: 10 } });
    const holdAndCapture = async () => {
      const hold = holdOf(player, 10);
      await ask(world, domain, { contract: holdCurrency, input: hold });
      await ask(world, domain, { contract: captureHold, input: { executionId: hold.executionId } });
    };

    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => (index % 2 ? deduct() : holdAndCapture())));

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(await left(world, domain)).toEqual([0]);
    await expect.poll(() => events.of(domain, 'currency-deducted')).toHaveLength(10);
  });
});
