import { addCurrency, deductCurrency, getPog, setCurrency } from '@takaro/contracts/players/pog-rest';
import { assignPlayerRole } from '@takaro/contracts/players/rest';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import { addGameServer, addPlayer, addRole, ask, readEvents, startPlayersUnderTest } from './players-world.ts';

let events: Awaited<ReturnType<typeof readEvents>>;
const test = worldTest(startPlayersUnderTest);
test.beforeAll(async ({ world }) => {
  events = await readEvents(world);
});

describe('a change of currency', () => {
  test('shows 0 where a role gives no count, which functions are told as none', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const { playerId } = await addPlayer(world, domain, { gameServerId, currency: 100 });
    const vip = await addRole(world, domain, 'Vip', 'FLY');
    await ask(world, domain, { contract: assignPlayerRole, input: { id: playerId, roleId: vip.id } });
    const change = { gameServerId, playerId, currency: 5 };

    const answers = [
      await ask(world, domain, { contract: addCurrency, input: change }),
      await ask(world, domain, { contract: deductCurrency, input: change }),
      await ask(world, domain, { contract: setCurrency, input: change }),
      await ask(world, domain, { contract: getPog, input: { gameServerId, playerId } }),
    ];

    const counted = (count: number | null) => vip.permissions.map((permission) => ({ ...permission, count }));
    expect(answers.map(({ roles }) => roles.map(({ role }) => role.permissions))).toEqual(answers.map(() => [counted(0)]));
    await expect.poll(() => events.of(domain, 'currency-deducted')).toHaveLength(1);
    const told = [...events.of(domain, 'currency-added'), ...events.of(domain, 'currency-deducted')];
    const toldOfVip = told.map(({ pog }) => pog?.roles.find(({ roleId }) => roleId === vip.id)?.role.permissions);
    expect(toldOfVip).toEqual([counted(null), counted(null)]);
  });
});
