import { newId } from '@takaro/contracts/ids';
import { removeModule } from '@takaro/contracts/modules/modules';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { authorOf } from './author.ts';
import { addGameServer, eventOf, readEvents, startModulesUnderTest, tell } from './modules-world.ts';

const test = worldTest(startModulesUnderTest);
let events: Awaited<ReturnType<typeof readEvents>>;
test.beforeAll(async ({ world }) => {
  events = await readEvents(world);
});

test('a module that is removed is uninstalled from each game server, which is told in the name of who removed it', async ({
  world,
  domain,
}) => {
  const author = await authorOf(world, domain);
  const servers = [await addGameServer(world, domain), await addGameServer(world, domain)];
  const [module, other] = [await author.module(), await author.module()];
  for (const gameServerId of servers) await author.install(module, gameServerId);
  await author.install(other, servers[0]!);
  const gateway = await world.busFor('gateway');
  const actingModuleId = newId();
  const token = await world.tokens.execution(domain.id, { moduleId: actingModuleId, depth: 2 });

  await gateway.call(removeModule, { id: module.id }, { domainId: domain.id, token });

  await expect.poll(() => events.of(domain, 'module-deleted')).toHaveLength(1);
  await expect.poll(() => events.of(domain, 'module-uninstalled')).toHaveLength(2);
  const uninstalled = events.of(domain, 'module-uninstalled');
  expect(uninstalled).toHaveLength(servers.length);
  expect(new Set(uninstalled.map(({ gameServerId }) => gameServerId))).toEqual(new Set(servers));
  for (const event of [...uninstalled, ...events.of(domain, 'module-deleted')])
    expect(event).toMatchObject({ moduleId: module.id, actingUserId: null, actingModuleId, depth: 3 });
});

test('a person who removes a module is named with each of its installations', async ({ world, domain }) => {
  const author = await authorOf(world, domain);
  const gameServerId = await addGameServer(world, domain);
  const module = await author.module();
  await author.install(module, gameServerId);
  const gateway = await world.busFor('gateway');
  const userId = newId();
  const token = await world.tokens.user(domain.id, ['ROOT'], userId);

  await gateway.call(removeModule, { id: module.id }, { domainId: domain.id, token });

  await expect
    .poll(() => events.of(domain, 'module-uninstalled'))
    .toMatchObject([{ moduleId: module.id, gameServerId, actingUserId: userId, actingModuleId: null, depth: 0 }]);
});

test('what is uninstalled because its game server was deleted is told in the name of who deleted that, as deep', async ({
  world,
  domain,
}) => {
  const author = await authorOf(world, domain);
  const gameServerId = await addGameServer(world, domain);
  const module = await author.module();
  await author.install(module, gameServerId);
  const acting = { actingUserId: newId(), actingModuleId: newId(), depth: 4 };

  await tell(world, eventOf(domain, 'gameserver-deleted', { gameServerId, ...acting }));

  await expect.poll(() => events.of(domain, 'module-uninstalled')).toMatchObject([{ moduleId: module.id, gameServerId, ...acting }]);
});
