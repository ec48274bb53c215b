import { createGameServer } from '@takaro/contracts/gameservers/game-servers';
import { startGameServersProcess } from '@takaro/gameservers/service';
import { startTenancyProcess } from '@takaro/tenancy/service';
import { tenantSchema } from '@takaro/tenant-db';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';

const test = worldTest(async (world) => {
  await world.neighbours('players');
  await world.neighbours('modules');
  await world.start('tenancy', startTenancyProcess);
  await world.start('gameservers', startGameServersProcess);
});

test('the settings of a game server inherit from the row that its domain began with', async ({ world, domain }) => {
  const gateway = await world.busFor('gateway');
  const token = await world.tokens.user(domain.id, ['MANAGE_GAMESERVERS']);
  const server = { name: 'Inheriting', type: 'MOCK', connectionInfo: '{}' } as const;

  await gateway.call(createGameServer, server, { domainId: domain.id, token });

  const schema = `"${tenantSchema(domain.id)}"`;
  const rows = await world.adminSql(`select from ${schema}."gameServerSettings" g join ${schema}."settings" s on s."id" = g."settingsId"`);
  expect(rows).toHaveLength(1);
});
