import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { World } from '@takaro/testing/world';

const MAIN = fileURLToPath(new URL('../../services/runner/src/main.ts', import.meta.url));

export interface SpawnedRunner extends AsyncDisposable {
  readonly process: ChildProcess;
}

/** The runner as `npm start` runs it, with what a test wants otherwise. It is killed when it is disposed. */
export async function spawnRunner(world: World, otherwise: Readonly<Record<string, string>> = {}): Promise<SpawnedRunner> {
  const { env } = await world.contextFor('runner');
  const runner = spawn(process.execPath, [MAIN], { env: { ...env, ...otherwise }, stdio: ['ignore', 'inherit', 'inherit'] });
  const exited = once(runner, 'exit');
  return {
    process: runner,
    [Symbol.asyncDispose]: async () => {
      runner.kill('SIGKILL');
      await exited;
    },
  };
}
