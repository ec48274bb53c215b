import { removeGameServer, searchGameServers } from '@takaro/contracts/gameservers/game-servers';
import { identifyGameServer } from '@takaro/contracts/gameservers/internal';
import { PLATFORM } from '@takaro/contracts/subjects';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { addServer, giveSettingsRow, hearEvents, startGameServersUnderTest, type Surroundings } from './gameservers-world.ts';

let surroundings: Surroundings;
const test = worldTest(async (world) => {
  surroundings = await startGameServersUnderTest(world);
});
test.beforeEach(async ({ world, domain }) => {
  surroundings.maxGameServers = 10;
  surroundings.domainOfToken.set(domain.id, domain.id);
  await giveSettingsRow(world, domain);
});

async function identify(world: World, input: { registrationToken: string; identityToken: string; name?: string }) {
  const connectors = await world.busFor('connectors');
  return await connectors.call(identifyGameServer, input, { token: await connectors.serviceToken(PLATFORM) });
}

async function serversOf(world: World, domain: TestDomain) {
  const gateway = await world.busFor('gateway');
  return await gateway.call(searchGameServers, {}, { domainId: domain.id, token: await world.tokens.user(domain.id) });
}

test('a server that introduces itself is made once, with the name it gives, and found from then on', async ({ world, domain }) => {
  await using heard = await hearEvents(world, ['gameserver-created']);
  const introduction = { registrationToken: domain.id, identityToken: 'arena', name: 'The arena' };

  // Opens as many connections to the database as will be needed, so that the introductions really meet.
  await Promise.all(Array.from({ length: 5 }, () => serversOf(world, domain)));

  const answers = await Promise.all(Array.from({ length: 5 }, () => identify(world, introduction)));

  const [first] = answers;
  expect(first).toEqual({ domainId: domain.id, gameServerId: expect.any(String), enabled: true, order: expect.any(Number) });
  expect(answers.every(({ gameServerId }) => gameServerId === first!.gameServerId)).toBe(true);
  const again = await identify(world, { ...introduction, name: 'Renamed' });
  expect(again).toEqual({ ...first, order: expect.any(Number) });
  expect(again.order).toBeGreaterThan(Math.max(...answers.map(({ order }) => order)));
  const { rows } = await serversOf(world, domain);
  expect(rows).toMatchObject([{ name: 'The arena', type: 'GENERIC', identityToken: 'arena', reachable: true, enabled: true }]);
  await expect.poll(() => heard.events).toHaveLength(1);
});

test('without a name a server is called like its identity token', async ({ world, domain }) => {
  await identify(world, { registrationToken: domain.id, identityToken: 'nameless' });
  expect((await serversOf(world, domain)).rows.map(({ name }) => name)).toEqual(['nameless']);
});

test('a server that was removed is made anew when it comes back', async ({ world, domain }) => {
  const introduction = { registrationToken: domain.id, identityToken: 'phoenix' };
  const { gameServerId } = await identify(world, introduction);
  const gateway = await world.busFor('gateway');
  await gateway.call(removeGameServer, { id: gameServerId }, { domainId: domain.id, token: await world.tokens.user(domain.id) });

  expect((await identify(world, introduction)).gameServerId).not.toBe(gameServerId);
});

test('who cannot be let in is told why', async ({ world, domain }) => {
  await addServer(world, domain, { name: 'Taken' });
  const introduce = (fields: object) => identify(world, { registrationToken: domain.id, identityToken: 'newcomer', ...fields });

  await expect(introduce({ registrationToken: 'unknown' })).rejects.toMatchObject({ code: 'REGISTRATION_TOKEN_INVALID' });
  await expect(introduce({ name: 'ab' })).rejects.toMatchObject({ code: 'GAMESERVER_NAME_INVALID' });
  await expect(introduce({ identityToken: 'x'.repeat(51) })).rejects.toMatchObject({ code: 'GAMESERVER_NAME_INVALID' });
  await expect(introduce({ name: 'Taken' })).rejects.toMatchObject({ code: 'GAMESERVER_TAKEN' });
  surroundings.maxGameServers = 1;
  await expect(introduce({})).rejects.toMatchObject({ code: 'MAX_GAMESERVERS_REACHED' });
});
