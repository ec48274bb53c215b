import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { getEffectiveSettings } from '@takaro/contracts/gameservers/internal';
import { newId } from '@takaro/contracts/ids';
import { getDomainRoles } from '@takaro/contracts/tenancy/internal';
import type { World } from '@takaro/testing/world';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { ingest, pogRows, readEvents } from './players-world.ts';

let events: Awaited<ReturnType<typeof readEvents>>;
const test = worldTest(async (world) => {
  await world.neighbour(getDomainRoles, () => ({ roles: [] }));
  await world.neighbour(getEffectiveSettings);
});
test.beforeAll(async ({ world }) => {
  events = await readEvents(world);
});

const MAIN = fileURLToPath(new URL('../../services/players/src/main.ts', import.meta.url));

async function startProcess(world: World): Promise<ChildProcess> {
  const { env } = await world.contextFor('players');
  return spawn(process.execPath, [MAIN], { env: { ...env, PATH: process.env['PATH'] }, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

const PLAYERS = 60;

test('players killed while events flow loses none and doubles none', { timeout: 120_000 }, async ({ world, domain }) => {
  const gameServerIds = Array.from({ length: 6 }, () => newId());
  let child = await startProcess(world);
  const tellAll = async (): Promise<void> => {
    for (const name of ['player-connected', 'chat-message', 'chat-message', 'player-disconnected']) {
      for (let index = 0; index < PLAYERS; index += 1) {
        const player = { gameId: `g-${index}`, name: `Player ${index}`, steamId: `7656119${2_000 + index}` };
        const meta = name === 'chat-message' ? { player, msg: 'x', channel: 'global' } : { player };
        await ingest(world, domain, { gameServerId: gameServerIds[index % 6] ?? '', name, meta });
      }
    }
  };
  const telling = tellAll();

  for (const seen of [20, 100]) {
    await expect.poll(() => events.of(domain).length, { timeout: 30_000, interval: 5 }).toBeGreaterThan(seen);
    await kill(child);
    child = await startProcess(world);
  }
  await telling;

  await expect.poll(() => events.of(domain, 'player-disconnected').length, { timeout: 60_000 }).toBe(PLAYERS);
  await expect.poll(() => events.of(domain).length, { timeout: 30_000 }).toBe(PLAYERS * 6);
  await kill(child);
  expect(events.of(domain, 'player-connected')).toHaveLength(PLAYERS);
  expect(events.of(domain, 'chat-message')).toHaveLength(2 * PLAYERS);
  expect(new Set(events.of(domain).map(({ id }) => id)).size).toBe(PLAYERS * 6);
  const pogs = await pogRows(world, domain);
  expect(pogs).toHaveLength(PLAYERS);
  expect(pogs.filter(({ online }) => online)).toEqual([]);
});
