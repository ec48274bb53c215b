import { type Endpoint, startConnectors } from '@takaro/connectors/service';
import type { RequestContract } from '@takaro/contracts/contract';
import { sendMessage } from '@takaro/contracts/gameservers/game-actions';
import { createGameServer, searchGameServers } from '@takaro/contracts/gameservers/game-servers';
import { deleteDomain, getDomain, regenerateRegistrationToken } from '@takaro/contracts/tenancy/domains';
import { deleteSetting, getSetting, setSetting } from '@takaro/contracts/tenancy/settings';
import { startGameServersProcess } from '@takaro/gameservers/service';
import { startTenancyProcess } from '@takaro/tenancy/service';
import { startSimulatedGameServer } from '@takaro/testing/simulated-game-server/simulate';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';

let endpoint: Endpoint;
const test = worldTest(async (world) => {
  await world.start('tenancy', startTenancyProcess);
  await world.start('gameservers', startGameServersProcess);
  await world.start('connectors', async (context) => (endpoint = await startConnectors(context, { host: '127.0.0.1', port: 0 })));
});

async function ask<In, Out>(world: World, domain: TestDomain, contract: RequestContract<In, Out>, input: In): Promise<Out> {
  const gateway = await world.busFor('gateway');
  return await gateway.call(contract, input, { domainId: domain.id, token: await world.tokens.user(domain.id) });
}

async function registrationTokenOf(world: World, domain: TestDomain): Promise<string> {
  const gateway = await world.busFor('gateway');
  const { serverRegistrationToken } = await gateway.call(getDomain, { id: domain.id }, { token: await world.tokens.admin() });
  return String(serverRegistrationToken);
}

async function simulate(world: World, domain: TestDomain, log: (line: string) => void = () => undefined) {
  const registrationToken = await registrationTokenOf(world, domain);
  const url = `ws://127.0.0.1:${endpoint.port}`;
  return startSimulatedGameServer({ url, identityToken: 'arena', registrationToken, players: ['Alice'], log });
}

test('a game server joins its domain by the registration token, as many as the domain may have', async ({ world, domain }) => {
  await using game = await simulate(world, domain);
  const id = await game.identified();

  expect((await ask(world, domain, searchGameServers, {})).rows).toMatchObject([{ id, name: 'arena', type: 'GENERIC' }]);
  const second = ask(world, domain, createGameServer, { name: 'second', type: 'MOCK', connectionInfo: '{}' });
  await expect(second).rejects.toMatchObject({ code: 'MAX_GAMESERVERS_REACHED' });
});

test('a setting of the server overrides that of the domain in what the game shows', async ({ world, domain }) => {
  await using game = await simulate(world, domain);
  const id = await game.identified();
  const say = async () => {
    await ask(world, domain, sendMessage, { id, message: 'hi' });
    return game.player('Alice').seen.at(-1)?.text;
  };

  expect(await say()).toBe('hi');
  await ask(world, domain, setSetting, { key: 'messagePrefix', value: '[all] ' });
  await expect.poll(say).toBe('[all] hi');
  await ask(world, domain, setSetting, { key: 'messagePrefix', value: '[here] ', gameServerId: id });
  expect(await say()).toBe('[here] hi');
  expect(await ask(world, domain, getSetting, { key: 'messagePrefix', gameServerId: id })).toMatchObject({
    value: '[here] ',
    type: 'override',
  });
  await ask(world, domain, deleteSetting, { key: 'messagePrefix', gameServerId: id });
  expect(await say()).toBe('[all] hi');
});

test('who came with a registration token that was renewed is sent away, and does not come back with it', async ({ world, domain }) => {
  const lines: string[] = [];
  await using game = await simulate(world, domain, (line) => lines.push(line));
  await game.identified();

  await ask(world, domain, regenerateRegistrationToken, {});

  await expect.poll(() => lines.join('\n')).toContain('identify refused: Invalid registrationToken provided');
});

test('a deleted domain has no game servers any more, and nobody gets in', async ({ world, domain }) => {
  const lines: string[] = [];
  await using game = await simulate(world, domain, (line) => lines.push(line));
  await game.identified();
  const gateway = await world.busFor('gateway');

  await gateway.call(deleteDomain, { id: domain.id }, { token: await world.tokens.admin() });

  await expect.poll(() => lines.join('\n')).toContain('identify refused');
  expect((await ask(world, domain, searchGameServers, {})).total).toBe(0);
});
