import type { RequestContract } from '@takaro/contracts/contract';
import {
  createGameServer,
  getGameServer,
  getGameServerTypes,
  removeGameServer,
  searchGameServers,
  updateGameServer,
} from '@takaro/contracts/gameservers/game-servers';
import { disableGameServers, getGameServersByIds } from '@takaro/contracts/gameservers/internal';
import { newId } from '@takaro/contracts/ids';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { addServer, giveSettingsRow, hearEvents, startGameServersUnderTest, type Surroundings } from './gameservers-world.ts';

let surroundings: Surroundings;
const test = worldTest(async (world) => {
  surroundings = await startGameServersUnderTest(world);
});
test.beforeEach(async ({ world, domain, otherDomain }) => {
  surroundings.maxGameServers = 10;
  await Promise.all([domain, otherDomain].map((one) => giveSettingsRow(world, one)));
});

/** Calls as a user of the domain with the permissions. */
const askWith =
  (permissions?: readonly string[]) =>
  async <In, Out>(world: World, domain: TestDomain, contract: RequestContract<In, Out>, input: In): Promise<Out> => {
    const gateway = await world.busFor('gateway');
    return await gateway.call(contract, input, { domainId: domain.id, token: await world.tokens.user(domain.id, permissions) });
  };
const ask = askWith();

const rust = {
  name: 'Rust server',
  type: 'RUST',
  connectionInfo: JSON.stringify({ host: '203.0.113.1', rconPort: 28_016, rconPassword: 'hunter2' }),
} as const;

test('a game server is made with its settings, shown, and told of', async ({ world, domain }) => {
  await using heard = await hearEvents(world, ['gameserver-created']);

  const created = await ask(world, domain, createGameServer, {
    name: 'First',
    type: 'GENERIC',
    connectionInfo: '{}',
    identityToken: 'first',
  });

  expect(created).toMatchObject({
    name: 'First',
    type: 'GENERIC',
    enabled: true,
    reachable: true,
    identityToken: 'first',
    deletedAt: null,
  });
  expect(await ask(world, domain, getGameServer, { id: created.id })).toEqual(created);
  const rows = await world.adminSql(`select "settingsId" from "domain_${domain.id}"."gameServerSettings" where "gameServerId" = $1`, [
    created.id,
  ]);
  expect(rows).toHaveLength(1);
  await expect.poll(() => heard.events).toMatchObject([{ name: 'gameserver-created', gameServerId: created.id, depth: 0 }]);
});

test('connection details are sealed in the database and shown only to those who may manage game servers', async ({ world, domain }) => {
  const created = await ask(world, domain, createGameServer, rust);
  const opened = { host: '203.0.113.1', rconPort: 28_016, rconPassword: 'hunter2' };

  expect(created.connectionInfo).toEqual(opened);
  expect((await askWith(['MANAGE_GAMESERVERS'])(world, domain, getGameServer, { id: created.id })).connectionInfo).toEqual(opened);
  expect((await askWith(['READ_PLAYERS'])(world, domain, getGameServer, { id: created.id })).connectionInfo).toEqual({});
  expect((await ask(world, domain, searchGameServers, {})).rows.map(({ connectionInfo }) => connectionInfo)).toEqual([{}]);
  const [row] = await world.adminSql<{ text: string }>(`select "connectionInfo"::text as "text" from "domain_${domain.id}"."gameServer"`);
  expect(row!.text).not.toContain('hunter2');
  expect(row!.text).toContain('203.0.113.1');
});

test('a name or an identity token that another server has is refused, and free again once that one is removed', async ({
  world,
  domain,
}) => {
  const first = await addServer(world, domain, { name: 'Taken', identityToken: 'taken' });
  const sameName = { name: 'Taken', type: 'MOCK', connectionInfo: '{}' } as const;
  const sameToken = { ...sameName, name: 'Another', identityToken: 'taken' };
  const other = await addServer(world, domain);

  await expect(ask(world, domain, createGameServer, sameName)).rejects.toMatchObject({ code: 'GAMESERVER_TAKEN' });
  await expect(ask(world, domain, createGameServer, sameToken)).rejects.toMatchObject({ code: 'GAMESERVER_TAKEN' });
  await expect(ask(world, domain, updateGameServer, { id: other.id, ...sameName })).rejects.toMatchObject({ code: 'GAMESERVER_TAKEN' });

  await ask(world, domain, removeGameServer, { id: first.id });
  expect((await ask(world, domain, createGameServer, { ...sameName, identityToken: 'taken' })).name).toBe('Taken');
});

test('a domain has as many game servers as it may, however many are asked for at once', async ({ world, domain }) => {
  surroundings.maxGameServers = 3;
  // Opens as many connections to the database as will be needed, so that the creations really meet.
  await Promise.all(Array.from({ length: 8 }, () => ask(world, domain, searchGameServers, {})));

  const results = await Promise.allSettled(Array.from({ length: 8 }, () => addServer(world, domain)));

  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
  expect(refused).toEqual(Array.from({ length: 5 }, () => expect.objectContaining({ code: 'MAX_GAMESERVERS_REACHED' })));
});

test('what a type needs is checked', async ({ world, domain }) => {
  const generic = { name: 'Generic', type: 'GENERIC', connectionInfo: '{}' } as const;
  await expect(ask(world, domain, createGameServer, generic)).rejects.toMatchObject({ code: 'IDENTITY_TOKEN_REQUIRED' });
  await expect(ask(world, domain, createGameServer, { ...rust, connectionInfo: 'no json' })).rejects.toMatchObject({
    code: 'INVALID_MESSAGE',
  });
  for (const connectionInfo of ['[]', '{"host":"x"}']) {
    await expect(ask(world, domain, createGameServer, { ...rust, connectionInfo })).rejects.toMatchObject({
      code: 'CONNECTION_INFO_INVALID',
    });
  }
  await expect(ask(world, domain, createGameServer, { ...rust, name: 'ab' })).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
});

test('an update changes what it names and tells of it, and of the status where that changes', async ({ world, domain }) => {
  const { id } = await addServer(world, domain, { name: 'Before' });
  await using heard = await hearEvents(world, ['gameserver-updated', 'server-status-changed']);

  const updated = await ask(world, domain, updateGameServer, { ...rust, id, name: 'After', enabled: false, reachable: true });

  expect(updated).toMatchObject({ id, name: 'After', type: 'RUST', enabled: false, reachable: true });
  expect(await ask(world, domain, getGameServer, { id })).toMatchObject({ ...updated, updatedAt: expect.any(String) });
  await expect.poll(() => heard.events.map(({ name }) => name).toSorted()).toEqual(['gameserver-updated', 'server-status-changed']);
  const gone = ask(world, domain, updateGameServer, { ...rust, id: newId() });
  await expect(gone).rejects.toMatchObject({ code: 'GAMESERVER_NOT_FOUND' });
});

test('a removed game server is gone for everybody but the history', async ({ world, domain }) => {
  const { id } = await addServer(world, domain);
  await using heard = await hearEvents(world, ['gameserver-deleted']);

  await ask(world, domain, removeGameServer, { id });

  await expect(ask(world, domain, getGameServer, { id })).rejects.toMatchObject({ code: 'GAMESERVER_NOT_FOUND' });
  await expect(ask(world, domain, removeGameServer, { id })).rejects.toMatchObject({ code: 'GAMESERVER_NOT_FOUND' });
  expect((await ask(world, domain, searchGameServers, {})).total).toBe(0);
  expect(await ask(world, domain, getGameServersByIds, { ids: [id, newId()] })).toMatchObject([{ id, deletedAt: expect.any(String) }]);
  await expect.poll(() => heard.events.map(({ gameServerId }) => gameServerId)).toEqual([id]);
});

test('a search finds by what it filters for, page by page, in this domain only', async ({ world, domain, otherDomain }) => {
  const names = ['Alpha', 'Beta', 'Gamma'];
  for (const name of names) await addServer(world, domain, { name });
  await addServer(world, otherDomain, { name: 'Beta elsewhere' });

  const byText = await ask(world, domain, searchGameServers, { search: { name: ['et'] } });
  expect(byText.rows.map(({ name }) => name)).toEqual(['Beta']);
  const byName = await ask(world, domain, searchGameServers, {
    filters: { name: ['Alpha', 'Gamma'] },
    sortBy: 'name',
    sortDirection: 'desc',
    limit: 1,
  });
  expect(byName).toMatchObject({ rows: [{ name: 'Gamma' }], page: 0, limit: 1, total: 2 });
  expect((await ask(world, domain, searchGameServers, { filters: { type: ['GENERIC'] } })).total).toBe(0);
});

test('the game server of another domain is not there', async ({ world, domain, otherDomain }) => {
  const { id } = await addServer(world, otherDomain);
  await expect(ask(world, domain, getGameServer, { id })).rejects.toMatchObject({ code: 'GAMESERVER_NOT_FOUND' });
  await expect(ask(world, domain, removeGameServer, { id })).rejects.toMatchObject({ code: 'GAMESERVER_NOT_FOUND' });
  expect(await ask(world, domain, getGameServersByIds, { ids: [id] })).toEqual([]);
});

test('there are four types, each with the schema of its connection details', async ({ world, domain }) => {
  const types = await ask(world, domain, getGameServerTypes, {});
  expect(types.map(({ type }) => type)).toEqual(['SEVENDAYSTODIE', 'RUST', 'GENERIC', 'MOCK']);
  expect(types.every(({ connectionInfoSchema }) => JSON.parse(connectionInfoSchema).type === 'object')).toBe(true);
});

test('a domain that is being disabled loses its game servers, each told of', async ({ world, domain }) => {
  const servers = [await addServer(world, domain), await addServer(world, domain)];
  await using heard = await hearEvents(world, ['gameserver-deleted']);
  const tenancy = await world.busFor('tenancy');

  const token = await tenancy.serviceToken(domain.id);
  expect(await tenancy.call(disableGameServers, {}, { domainId: domain.id, token })).toEqual({ removed: 2 });

  expect((await ask(world, domain, searchGameServers, {})).total).toBe(0);
  const told = () => new Set(heard.events.map(({ gameServerId }) => gameServerId));
  await expect.poll(told).toEqual(new Set(servers.map(({ id }) => id)));
});
