import { listen } from '@takaro/bus';
import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import { createGameServer } from '@takaro/contracts/gameservers/game-servers';
import { newId } from '@takaro/contracts/ids';
import { deleteSetting, setSetting } from '@takaro/contracts/tenancy/settings';
import { startGameServersProcess } from '@takaro/gameservers/service';
import { startTenancyProcess } from '@takaro/tenancy/service';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';

const test = worldTest(async (world) => {
  await world.neighbours('players');
  await world.neighbours('modules');
  await world.start('tenancy', startTenancyProcess);
  await world.start('gameservers', startGameServersProcess);
});

test('a setting of a game server is told once, in the name of the user or the function that asked', async ({ world, domain }) => {
  const gateway = await world.busFor('gateway');
  const [userId, moduleId] = [newId(), newId()];
  const asUser = { domainId: domain.id, token: await world.tokens.user(domain.id, ['ROOT'], userId) };
  const asFunction = { domainId: domain.id, token: await world.tokens.execution(domain.id, { moduleId, depth: 2 }) };
  const { id: gameServerId } = await gateway.call(createGameServer, { name: 'Arena', type: 'MOCK', connectionInfo: '{}' }, asUser);
  const told: EventEnvelope[] = [];
  await using _hearing = listen(gateway, ['settings-set'], (event) => told.push(event));
  await gateway.nats.flush();
  const waiting = () =>
    world.adminSql(
      `select "event" from "takaro_tenancy"."outbox" where "domainId" = $1
       union all select "event" from "takaro_gameservers"."outbox" where "domainId" = $1`,
      [domain.id],
    );

  await gateway.call(setSetting, { key: 'commandPrefix', value: '?', gameServerId }, asUser);
  await gateway.call(deleteSetting, { key: 'commandPrefix', gameServerId }, asFunction);

  await expect.poll(waiting).toEqual([]);
  await gateway.nats.flush();
  const event = { domainId: domain.id, gameServerId, playerId: null, userId: null, moduleId: null };
  const meta = (value: string | null) => ({ key: 'commandPrefix', value, timestamp: expect.any(String) });
  expect(told).toHaveLength(2);
  expect(told).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ ...event, actingUserId: userId, actingModuleId: null, depth: 0, meta: meta('?') }),
      expect.objectContaining({ ...event, actingUserId: null, actingModuleId: moduleId, depth: 3, meta: meta(null) }),
    ]),
  );
});
