import type { ActionReply } from '@takaro/contracts/gameservers/actions';
import { createBan, searchBans } from '@takaro/contracts/gameservers/bans';
import { getEntity, getItem, searchEntities, searchItems } from '@takaro/contracts/gameservers/catalogue';
import { giveItem } from '@takaro/contracts/gameservers/game-actions';
import { removeGameServer, searchGameServers } from '@takaro/contracts/gameservers/game-servers';
import { getGameServersByIds, setReachable } from '@takaro/contracts/gameservers/internal';
import { ABSENT_JOBS, DOMAIN_JOBS, getJob, type JOB_TYPES, triggerJob } from '@takaro/contracts/gameservers/jobs';
import { newId } from '@takaro/contracts/ids';
import { actionSubject } from '@takaro/contracts/subjects';
import type { World } from '@takaro/testing/world';
import { expect } from 'vitest';
import { addPlayer, addServer, connectGame, hearEvents } from './gameservers-world.ts';
import { testsInOneDomain } from './one-domain.ts';

const { test, shared, ask } = testsInOneDomain();

const PATIENT = { timeout: 20_000, interval: 50 };

type JobType = (typeof JOB_TYPES)[number];

/** What became of a job that somebody asks for. */
async function runJob(world: World, type: JobType, gameServerId: string) {
  const { id, status } = await ask(world, triggerJob, { type, id: gameServerId });
  expect(status).toBe('pending');
  const look = () => ask(world, getJob, { type, id });
  await expect.poll(async () => (await look()).status, PATIENT).toMatch(/completed|failed/);
  return await look();
}

/** A game that answers what the test says, and keeps quiet about the rest. */
const connect = (world: World, gameServerId: string, answers: Readonly<Record<string, unknown>>) =>
  connectGame(world, shared.domain, gameServerId, (action): ActionReply => ({
    result: answers[action] ?? (action.startsWith('list') ? [] : null),
  }));

const itemsOf = async (world: World, gameServerId: string) =>
  (await ask(world, searchItems, { filters: { gameserverId: [gameServerId] }, sortBy: 'code' })).rows;

test('what a game has and what lives in it is read, kept up to date, and found', async ({ world }) => {
  const { id } = await addServer(world, shared.domain);
  const wood = { code: 'wood', name: 'Wood', description: 'Grows' };
  const zombie = { code: 'zombie', name: 'Zombie', type: 'hostile', metadata: { health: 3 } };
  {
    await using _game = await connect(world, id, {
      listItems: [wood, { code: 'wood', name: 'Timber' }, { code: 'axe', name: 'Axe' }],
      listEntities: [zombie],
    });
    expect(await runJob(world, 'syncItems', id)).toEqual({ id: expect.any(String), status: 'completed' });
    await runJob(world, 'syncEntities', id);
  }
  const [axe, timber] = await itemsOf(world, id);
  expect([axe, timber]).toMatchObject([
    { code: 'axe', name: 'Axe', description: null, icon: null, gameserverId: id },
    { code: 'wood', name: 'Timber' },
  ]);
  expect(await ask(world, getItem, { id: timber!.id })).toEqual(timber);
  const [found] = (await ask(world, searchEntities, { filters: { type: ['hostile'], gameserverId: [id] } })).rows;
  expect(found).toMatchObject({ ...zombie, description: null, gameserverId: id });
  expect(await ask(world, getEntity, { id: found!.id })).toEqual(found);

  await using _game = await connect(world, id, { listItems: [{ code: 'wood', name: 'Wood' }] });
  await runJob(world, 'syncItems', id);
  expect(await itemsOf(world, id)).toMatchObject([{ id: axe!.id }, { id: timber!.id, name: 'Wood' }]);
  const withServer = await ask(world, searchItems, { search: { name: ['ood'] }, filters: { gameserverId: [id] }, extend: ['gameserver'] });
  expect(withServer.rows).toMatchObject([{ code: 'wood', gameserver: { id, connectionInfo: {} } }]);
  const servers = await ask(world, searchGameServers, { filters: { id: [id] }, extend: ['items'] });
  expect(servers.rows).toMatchObject([{ id, items: [{ code: 'axe' }, { code: 'wood' }] }]);
});

test('items and entities that are not there are not found', async ({ world }) => {
  await expect(ask(world, getItem, { id: newId() })).rejects.toMatchObject({ code: 'ITEM_NOT_FOUND' });
  await expect(ask(world, getEntity, { id: newId() })).rejects.toMatchObject({ code: 'ENTITY_NOT_FOUND' });
});

test('tens of thousands of items are read', async ({ world }) => {
  const { id } = await addServer(world, shared.domain);
  const listItems = Array.from({ length: 12_000 }, (_, index) => ({ code: `item${index}`, name: `Item ${index}` }));
  // The bare reply of a test must fit into one message; that a large one comes in parts is shown with connectors.
  await using _game = await connect(world, id, { listItems });

  expect(await runJob(world, 'syncItems', id)).toMatchObject({ status: 'completed' });

  expect((await ask(world, searchItems, { filters: { gameserverId: [id] }, limit: 1 })).total).toBe(12_000);
});

test('an item is given by its id where the game has it', async ({ world }) => {
  const [{ id: gameServerId }, elsewhere] = [await addServer(world, shared.domain), await addServer(world, shared.domain)];
  const { playerId, gameId } = await addPlayer(world, shared.domain, shared.surroundings);
  await using game = await connect(world, gameServerId, { listItems: [{ code: 'wood', name: 'Wood' }] });
  await using _other = await connect(world, elsewhere.id, {});
  await runJob(world, 'syncItems', gameServerId);
  const [item] = await itemsOf(world, gameServerId);
  const gift = { playerId, name: item!.id, amount: 2, quality: '1' };

  await ask(world, giveItem, { gameServerId, ...gift });

  expect(game.asked).toEqual([{ action: 'giveItem', args: { gameId, item: 'wood', amount: 2, quality: '1' } }]);
  await expect(ask(world, giveItem, { gameServerId: elsewhere.id, ...gift })).rejects.toMatchObject({ code: 'ITEM_NOT_FOUND' });
});

test('bans of the game are noted until it has them no more, and those of Takaro are told to it', async ({ world }) => {
  const { id: gameServerId } = await addServer(world, shared.domain);
  const players = [
    await addPlayer(world, shared.domain, shared.surroundings),
    await addPlayer(world, shared.domain, shared.surroundings),
  ] as const;
  const [alice, bob] = players;
  await using heard = await hearEvents(world, ['player-banned', 'player-unbanned']);
  const told = () =>
    heard.events.filter((event) => event.playerId === alice.playerId).map(({ name, meta }) => [name, meta?.['takaroManaged']]);
  const bans = async () => (await ask(world, searchBans, { filters: { gameServerId: [gameServerId] }, sortBy: 'takaroManaged' })).rows;
  const ofAlice = { player: { gameId: alice.gameId, name: 'Alice' }, reason: 'rude', expiresAt: '2999-01-01T00:00:00Z' };
  const others = [
    { reason: 'nobody' },
    { player: { gameId: 'stranger', name: 'Stranger' }, reason: 'never seen' },
    { player: { gameId: bob.gameId, name: 'Bob' }, reason: 'over', expiresAt: '2001-01-01T00:00:00Z' },
  ];
  await ask(world, createBan, { gameServerId, playerId: bob.playerId, reason: 'ours' });
  {
    await using game = await connect(world, gameServerId, { listBans: [ofAlice, ...others] });
    expect(await runJob(world, 'syncBans', gameServerId)).toMatchObject({ status: 'completed' });
    await runJob(world, 'syncBans', gameServerId);
    expect(await bans()).toMatchObject([
      { playerId: alice.playerId, takaroManaged: false, reason: 'rude', until: '2999-01-01T00:00:00.000Z' },
      { playerId: bob.playerId, takaroManaged: true, reason: 'ours' },
    ]);
    const again = { action: 'banPlayer', args: { gameId: bob.gameId, reason: 'ours' } };
    expect(game.asked).toEqual([again, again]);
  }

  const ofBob = { player: { gameId: bob.gameId, name: 'Bob' }, reason: 'as the game has it' };
  await using game = await connect(world, gameServerId, { listBans: [ofBob] });
  await runJob(world, 'syncBans', gameServerId);
  expect(game.asked).toEqual([]);

  expect(await bans()).toMatchObject([{ playerId: bob.playerId, takaroManaged: true, reason: 'ours' }]);
  await expect.poll(told).toEqual([
    ['player-banned', false],
    ['player-unbanned', false],
  ]);
});

test('a ban that is lifted while the game is read does not come back with its list', async ({ world }) => {
  const { id: gameServerId } = await addServer(world, shared.domain);
  const { playerId, gameId } = await addPlayer(world, shared.domain, shared.surroundings);
  const { id } = await ask(world, createBan, { gameServerId, playerId });
  const { nats } = await world.busFor('connectors');
  const subject = actionSubject(shared.domain.id, gameServerId, 'listBans');
  const lift = () => world.adminSql(`delete from "domain_${shared.domain.id}"."ban" where "id" = $1`, [id]);
  const reading = nats.subscribe(subject, {
    callback: (_error, message) =>
      void lift().then(() => message.respond(JSON.stringify({ result: [{ player: { gameId, name: 'Eve' }, reason: 'rude' }] }))),
  });
  await nats.flush();

  expect(await runJob(world, 'syncBans', gameServerId)).toMatchObject({ status: 'completed' });

  expect((await ask(world, searchBans, { filters: { playerId: [playerId] } })).rows).toEqual([]);
  await reading.drain();
});

test('a job that the game does not let succeed says why', async ({ world }) => {
  const { id } = await addServer(world, shared.domain);

  expect(await runJob(world, 'syncBans', id)).toEqual({
    id: expect.any(String),
    status: 'failed',
    failedReason: 'Game server is not connected',
  });
});

/** As connectors says it when a game server has connected. */
async function sayConnected(world: World, gameServerId: string): Promise<void> {
  const connectors = await world.busFor('connectors');
  const input = { gameServerId, connectorId: newId(), reachable: true, at: new Date().toISOString() };
  await connectors.call(setReachable, input, {
    domainId: shared.domain.id,
    token: await world.tokens.service('connectors', shared.domain.id),
  });
}

const nextReading = async (world: World, gameServerId: string): Promise<number> => {
  const [row] = await world.adminSql<{ inMs: number }>(
    `select extract(epoch from "dueAt" - now())::float8 * 1000 as "inMs" from "takaro_gameservers"."due" where "kind" = 'sync' and "key" = $1`,
    [gameServerId],
  );
  return row?.inMs ?? Number.NaN;
};

test('a game server is read a second after it was made', async ({ world }) => {
  const { id } = await addServer(world, shared.domain, { type: 'GENERIC', identityToken: 'soon' });
  await using _game = await connect(world, id, { listItems: [{ code: 'wood', name: 'Wood' }] });

  await expect.poll(() => itemsOf(world, id), PATIENT).toMatchObject([{ code: 'wood' }]);
});

test('a game server is read when it connects first, and not again within the hour', async ({ world }) => {
  const { id } = await addServer(world, shared.domain);
  // It is away when the second is over, and nobody will look for an hour.
  await expect.poll(() => nextReading(world, id), PATIENT).toBeGreaterThan(3_000_000);
  await using _game = await connect(world, id, { listItems: [{ code: 'wood', name: 'Wood' }] });

  await sayConnected(world, id);
  await expect.poll(() => itemsOf(world, id), PATIENT).toMatchObject([{ code: 'wood' }]);
  await expect.poll(() => nextReading(world, id), PATIENT).toBeGreaterThan(3_000_000);
  await sayConnected(world, id);

  expect(await nextReading(world, id)).toBeGreaterThan(3_000_000);
});

test('what is the business of others is asked of them', async ({ world }) => {
  shared.surroundings.lookedAfter.splice(0);

  for (const type of DOMAIN_JOBS) expect(await runJob(world, type, newId()), type).toMatchObject({ status: 'completed' });

  expect(shared.surroundings.lookedAfter).toEqual(['cron jobs', 'events', 'variables']);
});

test('removed game servers are there until they are deleted for good', async ({ world }) => {
  const [{ id }, kept] = [await addServer(world, shared.domain), await addServer(world, shared.domain)];
  await ask(world, removeGameServer, { id });
  expect(await ask(world, getGameServersByIds, { ids: [id] })).toHaveLength(1);

  await runJob(world, 'deleteGameServers', id);

  expect(await ask(world, getGameServersByIds, { ids: [id, kept.id] })).toMatchObject([{ id: kept.id }]);
});

test.for(ABSENT_JOBS)('%s is not available', async (type, { world }) => {
  const { id } = await addServer(world, shared.domain);
  const refusal = { code: 'JOB_NOT_AVAILABLE', message: `${type} is not available` };
  await expect(ask(world, triggerJob, { type, id })).rejects.toMatchObject(refusal);
});

test('a job is found by its own type and id only, in its own domain', async ({ world, otherDomain }) => {
  const { id } = await addServer(world, shared.domain);
  const job = await ask(world, triggerJob, { type: 'syncItems', id });

  for (const wrong of [
    { type: 'syncBans', id: job.id },
    { type: 'syncItems', id: newId() },
    { type: 'syncItems', id: 'a/b==' },
  ] as const)
    await expect(ask(world, getJob, wrong)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  const elsewhere = { domainId: otherDomain.id, token: await world.tokens.user(otherDomain.id) };
  const foreign = (await world.busFor('gateway')).call(getJob, { type: 'syncItems', id: job.id }, elsewhere);
  await expect(foreign).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  await expect(ask(world, triggerJob, { type: 'syncItems', id: newId() })).rejects.toMatchObject({ code: 'GAMESERVER_NOT_FOUND' });
});
