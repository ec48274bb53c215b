import { publishEvent } from '@takaro/bus';
import { bareEvent, type EventEnvelope } from '@takaro/contracts/event-envelope';
import { newId } from '@takaro/contracts/ids';
import { assignPlayerRole, getPlayer, removePlayerRole, searchPlayers } from '@takaro/contracts/players/rest';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { addGameServer, addPlayer, addRole, ask, implicitRole, ingest, readEvents, startPlayersUnderTest } from './players-world.ts';

let events: Awaited<ReturnType<typeof readEvents>>;
const test = worldTest(startPlayersUnderTest);
test.beforeAll(async ({ world }) => {
  events = await readEvents(world);
});

async function someone(world: World, domain: TestDomain) {
  const gameServerId = await addGameServer(world, domain);
  return { gameServerId, ...(await addPlayer(world, domain, { gameServerId })) };
}

const rolesOf = async (world: World, domain: TestDomain, id: string): Promise<unknown[]> => {
  const { roleAssignments } = await ask(world, domain, { contract: getPlayer, input: { id } });
  return roleAssignments.map(({ role, gameServerId }) => [role.name, gameServerId]);
};

test('a role is assigned, on all game servers or on one, and the next event knows it', async ({ world, domain }) => {
  const { playerId, gameServerId, gameId, steamId } = await someone(world, domain);
  const chat = { gameServerId, name: 'chat-message', meta: { player: { gameId, steamId, name: 'X' }, msg: 'x', channel: 'global' } };
  await ingest(world, domain, chat);
  await expect.poll(() => events.of(domain, 'chat-message')).toHaveLength(1);
  const vip = await addRole(world, domain, 'Vip');

  await ask(world, domain, { contract: assignPlayerRole, input: { id: playerId, roleId: vip.id } });
  await ask(world, domain, { contract: assignPlayerRole, input: { id: playerId, roleId: vip.id, gameServerId } });
  await ingest(world, domain, chat);

  expect(await rolesOf(world, domain, playerId)).toEqual([
    ['Vip', null],
    ['Vip', gameServerId],
    ['Player', undefined],
  ]);
  await expect.poll(() => events.of(domain, 'chat-message')).toHaveLength(2);
  expect(events.of(domain, 'chat-message')[1]?.pog?.roles.map(({ roleId }) => roleId)).toEqual([vip.id, implicitRole(domain).id]);
  await expect.poll(() => events.of(domain, 'role-assigned')).toHaveLength(2);
  expect(events.of(domain, 'role-assigned')[0]).toMatchObject({ playerId, meta: { role: { id: vip.id, name: 'Vip' } } });
});

test('without a game server only the assignment on all of them is removed', async ({ world, domain }) => {
  const { playerId, gameServerId } = await someone(world, domain);
  const { id: roleId } = await addRole(world, domain, 'Vip');
  await ask(world, domain, { contract: assignPlayerRole, input: { id: playerId, roleId } });
  await ask(world, domain, { contract: assignPlayerRole, input: { id: playerId, roleId, gameServerId } });

  await ask(world, domain, { contract: removePlayerRole, input: { id: playerId, roleId } });
  await ask(world, domain, { contract: removePlayerRole, input: { id: playerId, roleId } });

  expect(await rolesOf(world, domain, playerId)).toEqual([
    ['Vip', gameServerId],
    ['Player', undefined],
  ]);
  await expect.poll(() => events.of(domain, 'role-removed')).toHaveLength(1);
});

test('an assignment ends when its time is over, and that is told', async ({ world, domain }) => {
  const { playerId } = await someone(world, domain);
  const { id: roleId } = await addRole(world, domain, 'Vip');
  const forTime = (ms: number) => {
    const expiresAt = new Date(Date.now() + ms).toISOString();
    return ask(world, domain, { contract: assignPlayerRole, input: { id: playerId, roleId, expiresAt } });
  };
  await forTime(3_600_000);
  expect(await rolesOf(world, domain, playerId)).toHaveLength(2);

  await forTime(100);

  await expect.poll(() => rolesOf(world, domain, playerId)).toHaveLength(1);
  await expect.poll(() => events.of(domain, 'role-removed'), { timeout: 10_000 }).toHaveLength(1);
  expect(events.of(domain, 'role-removed')[0]).toMatchObject({ playerId, meta: { role: { id: roleId, name: 'Vip' } } });
  expect(await world.adminSql(`select from "domain_${domain.id}"."playerRole"`)).toEqual([]);
});

test.for([
  ['one', async (world: World, domain: TestDomain, id: string) => [await ask(world, domain, { contract: getPlayer, input: { id } })]],
  ['a search', async (world: World, domain: TestDomain) => (await ask(world, domain, { contract: searchPlayers, input: {} })).rows],
] as const)('whoever reads %s removes what is over, and that is told', async ([, read], { world, domain }) => {
  const { playerId, gameServerId } = await someone(world, domain);
  const { id: roleId } = await addRole(world, domain, 'Vip');
  const table = `"domain_${domain.id}"."playerRole"`;
  // Without what would remove it at its time.
  await world.adminSql(`insert into ${table} ("id", "playerId", "roleId", "gameServerId", "expiresAt") values ($1, $2, $3, $4, now())`, [
    newId(),
    playerId,
    roleId,
    gameServerId,
  ]);

  const [player] = await read(world, domain, playerId);

  expect(player?.roleAssignments.map(({ role }) => role.name)).toEqual(['Player']);
  expect(await world.adminSql(`select from ${table}`)).toEqual([]);
  await expect.poll(() => events.of(domain, 'role-removed')).toHaveLength(1);
  expect(events.of(domain, 'role-removed')[0]).toMatchObject({ playerId, gameServerId, meta: { role: { id: roleId, name: 'Vip' } } });
});

test('what cannot be assigned or removed is refused', async ({ world, domain }) => {
  const { playerId: id } = await someone(world, domain);
  const { id: roleId } = await addRole(world, domain, 'Vip');
  const { id: systemRole } = implicitRole(domain);

  for (const contract of [assignPlayerRole, removePlayerRole]) {
    const refusal = (input: { id: string; roleId: string }, code: string) =>
      expect(ask(world, domain, { contract, input })).rejects.toMatchObject({ code });
    await refusal({ id, roleId: newId() }, 'ROLE_NOT_FOUND');
    await refusal({ id, roleId: systemRole }, 'SYSTEM_ROLE_NOT_ASSIGNABLE');
    await refusal({ id: newId(), roleId }, 'PLAYER_NOT_FOUND');
  }
  const nowhere = ask(world, domain, { contract: assignPlayerRole, input: { id, roleId, gameServerId: newId() } });
  await expect(nowhere).rejects.toMatchObject({ code: 'GAMESERVER_NOT_FOUND' });
});

test('a function makes nobody ROOT', async ({ world, domain }) => {
  const { playerId: id } = await someone(world, domain);
  const [king, vip] = [await addRole(world, domain, 'King', 'ROOT'), await addRole(world, domain, 'Vip', 'READ_PLAYERS')];
  const token = await world.tokens.execution(domain.id);
  const assign = (roleId: string) => ask(world, domain, { contract: assignPlayerRole, input: { id, roleId }, token });

  await expect(assign(king.id)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  expect(await assign(vip.id)).toEqual({});
});

test('what a role contains is known anew as soon as tenancy tells that it changed', async ({ world, domain }) => {
  const { playerId } = await someone(world, domain);
  const vip = await addRole(world, domain, 'Vip');
  await ask(world, domain, { contract: assignPlayerRole, input: { id: playerId, roleId: vip.id } });
  const nameNow = async (): Promise<string | undefined> => {
    const { roleAssignments } = await ask(world, domain, { contract: getPlayer, input: { id: playerId } });
    return roleAssignments[0]?.role.name;
  };
  expect(await nameNow()).toBe('Vip');

  vip.name = 'Very important';
  const stale = await nameNow();
  const meta = { role: { id: vip.id, name: vip.name } };
  await publishEvent(await world.busFor('tenancy'), eventOf(domain, 'role-updated', meta));

  expect(stale).toBe('Vip');
  // Well before the two seconds after which it would have been asked for in any case.
  await expect.poll(nameNow, { timeout: 1_000, interval: 10 }).toBe('Very important');
});

const eventOf = (domain: TestDomain, name: string, meta: EventEnvelope['meta']): EventEnvelope =>
  bareEvent({
    name,
    domainId: domain.id,
    meta,
  });
