import type { Bus } from '@takaro/bus';
import { getGameServer, removeGameServer } from '@takaro/contracts/gameservers/game-servers';
import { disableGameServers, setReachable } from '@takaro/contracts/gameservers/internal';
import { newId } from '@takaro/contracts/ids';
import { disconnectPlayers } from '@takaro/contracts/players/internal';
import { actionSubject, PLATFORM } from '@takaro/contracts/subjects';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { addServer, giveSettingsRow, hearEvents, startGameServersUnderTest } from './gameservers-world.ts';

/** The game servers whose players were said to be gone, and since when. */
const emptied: { gameServerId: string; at: string }[] = [];
const test = worldTest(
  async (world) => {
    await startGameServersUnderTest(world);
    await world.neighbour(disconnectPlayers, (input) => {
      emptied.push(input);
      return { disconnected: 3 };
    });
  },
  { limits: { connectorCheckMs: 100, playersOfflineAfterMs: 300 } },
);
test.beforeEach(async ({ world, domain }) => giveSettingsRow(world, domain));

const AT = '2026-01-01T00:00:00.000Z';

interface Said {
  readonly gameServerId: string;
  readonly connectorId: string;
  readonly reachable: boolean;
  readonly at?: string;
}

async function say(world: World, domain: TestDomain, { at = new Date().toISOString(), ...said }: Said): Promise<void> {
  const bus = await world.busFor('connectors');
  await bus.call(setReachable, { ...said, at, reason: 'because' }, { domainId: domain.id, token: await bus.serviceToken(domain.id) });
}

async function isReachable(world: World, domain: TestDomain, id: string): Promise<boolean> {
  const gateway = await world.busFor('gateway');
  return (await gateway.call(getGameServer, { id }, { domainId: domain.id, token: await world.tokens.user(domain.id) })).reachable;
}

/** A copy of connectors as gameservers sees it, until it is disposed. */
async function copyOfConnectors(bus: Bus, connectorId: string): Promise<AsyncDisposable> {
  const subject = actionSubject(PLATFORM, connectorId, 'alive');
  const subscription = bus.nats.subscribe(subject, { callback: (_error, message) => void message.respond('{}') });
  await bus.nats.flush();
  return { [Symbol.asyncDispose]: () => subscription.drain() };
}

test('reachability is said by connectors, and told of when it changes', async ({ world, domain }) => {
  const { id: gameServerId } = await addServer(world, domain);
  const connectorId = newId();
  await using heard = await hearEvents(world, ['server-status-changed']);
  await using _copy = await copyOfConnectors(await world.busFor('connectors'), connectorId);

  for (const reachable of [true, true, false, false]) await say(world, domain, { gameServerId, connectorId, reachable });

  await expect
    .poll(() => heard.events.map(({ meta }) => meta))
    .toMatchObject([
      { status: 'online', details: 'because' },
      { status: 'offline', details: 'because' },
    ]);
  expect(await isReachable(world, domain, gameServerId)).toBe(false);
  const missing = say(world, domain, { gameServerId: newId(), connectorId, reachable: true });
  await expect(missing).rejects.toMatchObject({ code: 'GAMESERVER_NOT_FOUND' });
});

test('a copy of connectors that lost its socket does not speak for one that has a newer', async ({ world, domain }) => {
  const { id: gameServerId } = await addServer(world, domain);
  const [older, newer] = [newId(), newId()];
  const bus = await world.busFor('connectors');
  await using _older = await copyOfConnectors(bus, older);
  await using _newer = await copyOfConnectors(bus, newer);

  await say(world, domain, { gameServerId, connectorId: older, reachable: true });
  await say(world, domain, { gameServerId, connectorId: newer, reachable: true });
  await say(world, domain, { gameServerId, connectorId: older, reachable: false });
  expect(await isReachable(world, domain, gameServerId)).toBe(true);

  await say(world, domain, { gameServerId, connectorId: newer, reachable: false });
  expect(await isReachable(world, domain, gameServerId)).toBe(false);
});

test('the game servers of a copy of connectors that is gone are away; those that another copy has, and those of others, are not', async ({
  world,
  domain,
}) => {
  const servers = await Promise.all([1, 2, 3].map(() => addServer(world, domain)));
  const [lost = '', moved = '', kept = ''] = servers.map(({ id }) => id);
  const [gone, other] = [newId(), newId()];
  const bus = await world.busFor('connectors');
  const copy = await copyOfConnectors(bus, gone);
  await using _other = await copyOfConnectors(bus, other);
  await using heard = await hearEvents(world, ['server-status-changed']);
  for (const gameServerId of [lost, moved]) await say(world, domain, { gameServerId, connectorId: gone, reachable: true });
  await say(world, domain, { gameServerId: kept, connectorId: other, reachable: true });
  // The socket of this one is elsewhere by now, and nobody said so yet.
  const subscription = bus.nats.subscribe(actionSubject(domain.id, moved, 'holder'), {
    callback: (_error, message) => void message.respond(JSON.stringify({ connectorId: other })),
  });

  await copy[Symbol.asyncDispose]();

  await expect.poll(() => isReachable(world, domain, lost), { timeout: 20_000 }).toBe(false);
  const holders = async () => {
    const rows = await world.adminSql<{ gameServerId: string; connectorId: string }>(
      'select "gameServerId", "connectorId" from "takaro_gameservers"."heldGameServer" where "domainId" = $1',
      [domain.id],
    );
    return Object.fromEntries(rows.map(({ gameServerId, connectorId }) => [gameServerId, connectorId]));
  };
  await expect.poll(holders).toEqual({ [moved]: other, [kept]: other });
  expect([await isReachable(world, domain, moved), await isReachable(world, domain, kept)]).toEqual([true, true]);
  const offline = heard.events.filter(({ meta }) => meta?.['status'] === 'offline');
  expect(offline.map(({ gameServerId }) => gameServerId)).toEqual([lost]);
  await subscription.drain();
});

test('the players of a game server that stays away are gone since then, those of one that comes back are not', async ({
  world,
  domain,
}) => {
  const [stays, returns] = [(await addServer(world, domain)).id, (await addServer(world, domain)).id];
  const connectorId = newId();
  await using _copy = await copyOfConnectors(await world.busFor('connectors'), connectorId);
  for (const gameServerId of [stays, returns]) await say(world, domain, { gameServerId, connectorId, reachable: true });

  const later = new Date(Date.now() + 3_000).toISOString();
  await say(world, domain, { gameServerId: returns, connectorId, reachable: false, at: later });
  await say(world, domain, { gameServerId: stays, connectorId, reachable: false, at: AT });
  await say(world, domain, { gameServerId: returns, connectorId, reachable: true });

  await expect.poll(() => emptied, { timeout: 20_000 }).toContainEqual({ gameServerId: stays, at: AT });
  const due = await world.adminSql(`select from "takaro_gameservers"."due" where "kind" = 'players-offline' and "key" = $1`, [returns]);
  expect(due).toEqual([]);
  expect(emptied.filter(({ gameServerId }) => gameServerId === returns)).toEqual([]);
});

test('with a domain that is disabled the players of its game servers are gone', async ({ world, domain }) => {
  const servers = [await addServer(world, domain), await addServer(world, domain)];
  const tenancy = await world.busFor('tenancy');

  await tenancy.call(disableGameServers, {}, { domainId: domain.id, token: await tenancy.serviceToken(domain.id) });

  const gone = () => emptied.map(({ gameServerId }) => gameServerId);
  await expect.poll(gone, { timeout: 20_000 }).toEqual(expect.arrayContaining(servers.map(({ id }) => id)));
});

test('the players of a removed game server are gone, and so is the note of who has its socket', async ({ world, domain }) => {
  const { id } = await addServer(world, domain);
  const connectorId = newId();
  await using _copy = await copyOfConnectors(await world.busFor('connectors'), connectorId);
  await say(world, domain, { gameServerId: id, connectorId, reachable: true });
  const gateway = await world.busFor('gateway');

  await gateway.call(removeGameServer, { id }, { domainId: domain.id, token: await world.tokens.user(domain.id) });

  await expect.poll(() => emptied.map(({ gameServerId }) => gameServerId), { timeout: 20_000 }).toContain(id);
  const held = await world.adminSql('select from "takaro_gameservers"."heldGameServer" where "gameServerId" = $1', [id]);
  expect(held).toEqual([]);
});
