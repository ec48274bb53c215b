import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { IngestEnvelope } from '@takaro/contracts/event-envelope';
import { freePort } from '@takaro/infra/local/ports';
import { startSimulatedGameServer } from '@takaro/testing/simulated-game-server/simulate';
import type { World } from '@takaro/testing/world';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { gameServerOf, readIngest, startNeighbours } from './connectors-world.ts';

const ingested: IngestEnvelope[] = [];
const test = worldTest(async (world) => {
  await startNeighbours(world);
  await readIngest(world, ingested);
});

const MAIN = fileURLToPath(new URL('../../services/connectors/src/main.ts', import.meta.url));

async function startProcess(world: World, port: number): Promise<ChildProcess> {
  const { env } = await world.contextFor('connectors');
  const own = { ...env, TAKARO_CONNECTORS_PORT: String(port), PATH: process.env['PATH'] };
  return spawn(process.execPath, [MAIN], { env: own, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

const NAMES = ['north', 'south', 'west'];
const LINES = 400;

test(
  'three game servers whose connectors are killed come back by themselves, and nothing they told is lost or doubled',
  {
    timeout: 120_000,
  },
  async ({ world }) => {
    const port = await freePort();
    let child = await startProcess(world, port);
    await using games = new AsyncDisposableStack();
    const [first, ...others] = NAMES.map((identityToken) =>
      games.use(startSimulatedGameServer({ url: `ws://127.0.0.1:${port}`, identityToken, registrationToken: 'good', players: ['Alice'] })),
    );
    const all = [first!, ...others];
    await Promise.all(all.map((game) => game.identified()));

    for (let line = 0; line < LINES; line += 1) {
      for (const game of all) game.say('Alice', `line ${line}`);
      if (line % 200 !== 100) continue;
      // In the middle of what is on its way.
      await first!.confirmed();
      for (const game of all) game.say('Alice', `before the kill at ${line}`);
      await kill(child);
      child = await startProcess(world, port);
      await Promise.all(all.map((game) => game.identified()));
    }
    await Promise.all(all.map((game) => game.confirmed()));
    await kill(child);

    const perServer = LINES + 2;
    const ofGame = (name: string) => ingested.filter(({ gameServerId, meta }) => gameServerId === gameServerOf(name) && meta['msg']);
    await expect.poll(() => NAMES.map((name) => ofGame(name).length), { timeout: 30_000 }).toEqual(NAMES.map(() => perServer));
    for (const name of NAMES) {
      const seqs = ofGame(name).map(({ seq }) => seq ?? 0);
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
      expect(new Set(seqs).size).toBe(perServer);
    }
  },
);
