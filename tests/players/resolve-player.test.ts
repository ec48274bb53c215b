import type { EventEnvelope } from '@takaro/contracts/event-envelope';
import { deriveId, newId } from '@takaro/contracts/ids';
import { worldTest } from '@takaro/testing/world-test';
import { describe, expect } from 'vitest';
import { addGameServer, addRole, implicitRole, ingest, pogRows, readEvents, startPlayersUnderTest } from './players-world.ts';

let events: Awaited<ReturnType<typeof readEvents>>;
const test = worldTest(startPlayersUnderTest);
test.beforeAll(async ({ world }) => {
  events = await readEvents(world);
});

const alice = { gameId: 'alice', name: 'Alice', steamId: '76561198000000001', ip: '10.0.0.1', ping: 40 };

describe('who is behind an event', () => {
  test('a player who is seen for the first time is made, and told of once and once for the game server', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);

    await ingest(world, domain, { gameServerId, name: 'player-connected', meta: { player: alice, msg: 'hi' } });

    await expect.poll(() => events.of(domain).length).toBe(4);
    const [pog] = await pogRows(world, domain);
    expect(pog).toMatchObject({ gameId: 'alice', online: true, ip: '10.0.0.1', ping: 40, currency: 0 });
    const created = events.of(domain, 'player-created');
    expect(new Set(created.map((event) => event.gameServerId))).toEqual(new Set([null, gameServerId]));
    expect(created.every(({ playerId }) => playerId === pog?.playerId)).toBe(true);
    const [connected] = events.of(domain, 'player-connected');
    expect(connected).toMatchObject({
      gameServerId,
      playerId: pog?.playerId,
      player: { name: 'Alice', steamId: alice.steamId, platformId: null, roleAssignments: [{ roleId: implicitRole(domain).id }] },
      pog: { id: pog?.id, online: true, roles: [{ roleId: implicitRole(domain).id }] },
    });
    expect(Object.keys(connected?.meta ?? {})).toEqual(['timestamp']);
  });

  test('a chat message keeps what was said, where and by whom', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);

    await ingest(world, domain, { gameServerId, name: 'chat-message', meta: { player: alice, msg: '/ping', channel: 'global' } });

    await expect.poll(() => events.of(domain, 'chat-message')).toHaveLength(1);
    expect(events.of(domain, 'chat-message')[0]?.meta).toMatchObject({ msg: '/ping', channel: 'global', player: { gameId: 'alice' } });
  });

  test('what Takaro itself says names no player', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);

    await ingest(world, domain, { gameServerId, name: 'chat-message', meta: { msg: 'Welcome', channel: 'whisper', recipient: alice } });

    await expect.poll(() => events.of(domain)).toHaveLength(1);
    expect(events.of(domain)[0]).toMatchObject({ playerId: null, meta: { recipient: { gameId: 'alice' } } });
    expect(events.of(domain)[0]).not.toHaveProperty('pog');
    expect(await pogRows(world, domain)).toEqual([]);
  });

  test.for(['', '0', 'Unknown', 'N/A', 'null', 'undefined', 'None'])(
    'the placeholder %j makes nobody',
    async (placeholder, { world, domain }) => {
      const gameServerId = await addGameServer(world, domain);

      await ingest(world, domain, { gameServerId, name: 'player-connected', meta: { player: { ...alice, steamId: placeholder } } });

      await expect.poll(() => events.of(domain)).toHaveLength(1);
      expect(events.of(domain)[0]?.playerId).toBeNull();
      expect(await pogRows(world, domain)).toEqual([]);
    },
  );

  test('the same person is one player on two game servers, by any of the ids', async ({ world, domain }) => {
    const [first, second] = [await addGameServer(world, domain), await addGameServer(world, domain)];
    const epic = { gameId: 'e', name: 'Alice', epicOnlineServicesId: 'e-1', xboxLiveId: 'x-1' };

    await ingest(world, domain, { gameServerId: first, name: 'player-connected', meta: { player: epic } });
    await expect.poll(() => events.of(domain, 'player-connected')).toHaveLength(1);
    const linked = { ...alice, xboxLiveId: 'x-1', platformId: 'steam:1' };
    await ingest(world, domain, { gameServerId: second, name: 'player-connected', meta: { player: linked } });

    await expect.poll(() => events.of(domain, 'player-connected')).toHaveLength(2);
    const pogs = await pogRows(world, domain);
    expect(pogs).toHaveLength(2);
    expect(new Set(pogs.map(({ playerId }) => playerId)).size).toBe(1);
    expect(events.of(domain, 'player-connected')[1]?.player).toMatchObject({
      platformId: 'steam:1',
      steamId: alice.steamId,
      epicOnlineServicesId: 'e-1',
    });
    expect(events.of(domain, 'player-created')).toHaveLength(3);
  });

  test('an id within the game that passes to somebody else does not make them one person', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const bob = { ...alice, name: 'Bob', steamId: '76561198000000002' };

    await ingest(world, domain, { gameServerId, name: 'player-connected', meta: { player: alice } });
    await ingest(world, domain, { gameServerId, name: 'player-connected', meta: { player: bob } });

    await expect.poll(() => events.of(domain, 'player-connected')).toHaveLength(2);
    const [first, second] = events.of(domain, 'player-connected');
    expect(first?.playerId).not.toBe(second?.playerId);
    expect((await pogRows(world, domain)).find(({ gameId }) => gameId === 'alice')?.playerId).toBe(second?.playerId);
  });

  test('a new name is told with the old one', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);

    await ingest(world, domain, { gameServerId, name: 'player-connected', meta: { player: alice } });
    await ingest(world, domain, {
      gameServerId,
      name: 'chat-message',
      meta: { player: { ...alice, name: 'Al' }, msg: 'x', channel: 'global' },
    });

    await expect.poll(() => events.of(domain, 'player-new-name-detected')).toHaveLength(1);
    expect(events.of(domain, 'player-new-name-detected')[0]).toMatchObject({ gameServerId, meta: { oldName: 'Alice', newName: 'Al' } });
  });

  test('an address is told when it is new, the first one too, with what is known of where it lies', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const come = (ip: string | undefined) =>
      ingest(world, domain, { gameServerId, name: 'player-connected', meta: { player: { ...alice, ip } } });

    for (const ip of ['10.0.0.1', '10.0.0.1', undefined, '10.0.0.2', '10.0.0.2']) await come(ip);

    await expect.poll(() => events.of(domain, 'player-connected')).toHaveLength(5);
    await expect.poll(() => events.of(domain, 'player-new-ip-detected')).toHaveLength(2);
    const where = { country: null, city: null, longitude: null, latitude: null, timestamp: expect.any(String) };
    expect(events.of(domain, 'player-new-ip-detected').map(({ meta }) => meta)).toEqual([
      { ip: '10.0.0.1', ...where },
      { ip: '10.0.0.2', ...where },
    ]);
    expect(events.of(domain, 'player-new-ip-detected')[1]).toMatchObject({
      gameServerId,
      pog: { ip: '10.0.0.2' },
      player: { name: 'Alice' },
    });
  });

  test('roles of all game servers come first, then this one’s, each once, the implicit one last', async ({ world, domain }) => {
    const [here, there] = [await addGameServer(world, domain), await addGameServer(world, domain)];
    const [vip, mod, over] = [
      await addRole(world, domain, 'Vip'),
      await addRole(world, domain, 'Moderator'),
      await addRole(world, domain, 'Over'),
    ];
    await ingest(world, domain, { gameServerId: here, name: 'player-connected', meta: { player: alice } });
    await expect.poll(() => events.of(domain, 'player-connected')).toHaveLength(1);
    const [pog] = await pogRows(world, domain);
    const assign = (roleId: string, gameServerId: string | null, expiresAt: string | null = null) =>
      world.adminSql(
        `insert into "domain_${domain.id}"."playerRole" ("id", "playerId", "roleId", "gameServerId", "expiresAt") values ($1, $2, $3, $4, $5)`,
        [newId(), pog?.playerId, roleId, gameServerId, expiresAt],
      );
    await assign(mod.id, here);
    await assign(vip.id, here);
    await assign(vip.id, null);
    await assign(mod.id, there);
    await assign(over.id, null, '2020-01-01T00:00:00.000Z');
    await world.adminSql(`update "domain_${domain.id}"."player" set "revision" = "revision" + 1`);

    await ingest(world, domain, { gameServerId: here, name: 'chat-message', meta: { player: alice, msg: 'x', channel: 'global' } });

    await expect.poll(() => events.of(domain, 'chat-message')).toHaveLength(1);
    const [chat] = events.of(domain, 'chat-message');
    expect(chat?.pog?.roles.map(({ roleId }) => roleId)).toEqual([vip.id, mod.id, implicitRole(domain).id]);
    expect(chat?.player?.roleAssignments).toHaveLength(5);
  });
});

describe('what a connector may say', () => {
  const sent = (domain: { id: string }): EventEnvelope[] => events.of(domain, 'chat-message');

  test('an event with a number of its own has an id that derives from it', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const told = { gameServerId, name: 'chat-message', meta: { msg: 'x', channel: 'global' }, streamId: 's', seq: 7 };

    await ingest(world, domain, told);
    await ingest(world, domain, told);
    await ingest(world, domain, { ...told, seq: 8 });

    await expect.poll(() => sent(domain).some(({ id }) => id === deriveId('event', gameServerId, 's', 8))).toBe(true);
    expect(sent(domain).map(({ id }) => id)).toEqual([deriveId('event', gameServerId, 's', 7), deriveId('event', gameServerId, 's', 8)]);
  });

  test('an event in the name of another domain, or of no known shape, is parked and the next one goes on', async ({
    world,
    domain,
    otherDomain,
  }) => {
    const gameServerId = await addGameServer(world, domain);
    const chat = { gameServerId, name: 'chat-message', meta: { msg: 'x', channel: 'global' } };

    await ingest(world, domain, chat, otherDomain.id);
    await ingest(world, domain, { ...chat, meta: { msg: 'x' } });
    await ingest(world, domain, { ...chat, name: 'player-sneezed' });
    await ingest(world, domain, { ...chat, gameServerId: newId(), name: 'player-connected', meta: { player: alice } });
    await ingest(world, domain, chat);

    await expect.poll(() => sent(domain)).toHaveLength(1);
    expect(events.of(otherDomain)).toEqual([]);
    expect(await pogRows(world, domain)).toEqual([]);
  });

  test('a name that PostgreSQL cannot keep is cut to what it can, and holds nobody up', async ({ world, domain }) => {
    const gameServerId = await addGameServer(world, domain);
    const odd = { ...alice, name: `\0${'x'.repeat(300)}\ud800` };

    await ingest(world, domain, { gameServerId, name: 'player-connected', meta: { player: { ...alice, gameId: 'g'.repeat(5_000) } } });
    await ingest(world, domain, { gameServerId, name: 'player-connected', meta: { player: odd } });

    await expect.poll(() => events.of(domain, 'player-connected')).toHaveLength(1);
    expect(events.of(domain, 'player-connected')[0]?.player?.name).toBe('x'.repeat(255));
  });
});
