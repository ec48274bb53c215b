import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { addGameServer, ingest, ingestTogether, pogRows, readEvents, startPlayersUnderTest } from './players-world.ts';

let events: Awaited<ReturnType<typeof readEvents>>;
const test = worldTest(startPlayersUnderTest);
test.beforeAll(async ({ world }) => {
  events = await readEvents(world);
});

const alice = { gameId: 'alice', name: 'Alice', steamId: '76561198000000001', ip: '10.0.0.1' };

/** Alice is on a game server since a minute. */
async function withAlice(world: World, domain: TestDomain): Promise<string> {
  const gameServerId = await addGameServer(world, domain);
  await ingest(world, domain, { gameServerId, name: 'player-connected', meta: { player: alice } });
  await expect.poll(() => events.of(domain, 'player-connected')).toHaveLength(1);
  await world.adminSql(`update "domain_${domain.id}"."playerOnGameServer" set "onlineSince" = now() - interval '1 minute'`);
  return gameServerId;
}

/** Changes rows of a table and commits when somebody waits for it to be done, ten seconds later at most. Settles when it has begun. */
async function changeWhileAwaited(world: World, domain: TestDomain, table: string, set: string): Promise<{ done: Promise<unknown> }> {
  const name = `"domain_${domain.id}"."${table}"`;
  const done = world.adminSql(`do $$ begin
    update ${name} set ${set}, "revision" = "revision" + 1;
    for turn in 1..400 loop
      exit when exists (select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid)));
      perform pg_sleep(0.025);
    end loop;
  end $$`);
  const locks = (): Promise<unknown[]> =>
    world.adminSql(`select from pg_locks where "relation" = '${name}'::regclass and "mode" = 'RowExclusiveLock'`);
  await expect.poll(locks).toHaveLength(1);
  return { done };
}

test('an address that another one replaced while its player left is kept as the newest', async ({ world, domain }) => {
  const gameServerId = await withAlice(world, domain);
  const { done } = await changeWhileAwaited(world, domain, 'playerOnGameServer', `"ip" = '10.9.9.9'`);

  await ingest(world, domain, { gameServerId, name: 'player-disconnected', meta: { player: alice } });
  await done;

  await expect.poll(() => events.of(domain, 'player-disconnected')).toHaveLength(1);
  expect(events.of(domain, 'player-disconnected')[0]?.pog).toMatchObject({ online: false, ip: '10.0.0.1' });
  expect(await pogRows(world, domain)).toMatchObject([{ online: false, ip: '10.0.0.1' }]);
  expect(events.of(domain, 'player-new-ip-detected').map(({ meta }) => meta?.['ip'])).toEqual(['10.0.0.1', '10.0.0.1']);
});

test('what somebody else changed of a player who left is told with the next event', async ({ world, domain }) => {
  const gameServerId = await withAlice(world, domain);
  const { done } = await changeWhileAwaited(world, domain, 'player', `"steamVacBanned" = true`);

  await ingest(world, domain, { gameServerId, name: 'player-disconnected', meta: { player: alice } });
  await done;
  await ingest(world, domain, { gameServerId, name: 'player-connected', meta: { player: alice } });

  await expect.poll(() => events.of(domain, 'player-connected')).toHaveLength(2);
  const [left] = events.of(domain, 'player-disconnected');
  const came = events.of(domain, 'player-connected')[1];
  expect(came?.player).toMatchObject({ steamVacBanned: true, playtimeSeconds: left?.player?.playtimeSeconds });
  expect(left?.player?.playtimeSeconds).toBeGreaterThanOrEqual(60);
});

test('and with the next of those that travelled together', async ({ world, domain }) => {
  const gameServerId = await withAlice(world, domain);
  const { done } = await changeWhileAwaited(world, domain, 'player', `"steamVacBanned" = true`);
  const [meta, receivedAt] = [{ player: alice }, new Date().toISOString()];

  await ingestTogether(world, domain, gameServerId, [
    { name: 'player-disconnected', meta, receivedAt },
    { name: 'player-connected', meta, receivedAt },
  ]);
  await done;

  await expect.poll(() => events.of(domain, 'player-connected')).toHaveLength(2);
  expect(events.of(domain, 'player-disconnected')[0]?.player).toMatchObject({ steamVacBanned: null });
  expect(events.of(domain, 'player-connected')[1]?.player).toMatchObject({ steamVacBanned: true });
});
