import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { searchExecutions } from '@takaro/contracts/modules/execution-history';
import type { CommandOutput } from '@takaro/contracts/modules/shapes';
import type { World } from '@takaro/testing/world';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { type Author, authorOf } from '../modules/author.ts';
import { addGameServer, startModulesUnderTest, tell, whispers } from '../modules/modules-world.ts';
import { chat, personOn } from '../modules/people.ts';
import { spawnRunner } from './spawn-runner.ts';

const LEASE = { leaseMs: 3_000, heartbeatLeaseMs: 500 };
const test = worldTest(startModulesUnderTest, { limits: LEASE });
/** Nothing is ended by a limit of time while it stands still. */
const UNHURRIED = {
  TAKARO_LIMIT_LEASE_MS: String(LEASE.leaseMs),
  TAKARO_LIMIT_HEARTBEAT_LEASE_MS: String(LEASE.heartbeatLeaseMs),
  TAKARO_LIMIT_ISOLATE_WALL_MS: '30000',
  TAKARO_RUNNER_PROCESSES: '2',
};
const PATIENT = { timeout: 60_000, interval: 100 };

const SLEEP = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);`;
const QUIET = `import { data } from '@takaro/helpers'; ${SLEEP} await data.player.pm('quiet');`;
const LOUD = `import { data } from '@takaro/helpers'; await data.player.pm('begun'); ${SLEEP} await data.player.pm('late');`;
const LONG = `import { data } from '@takaro/helpers'; await data.player.pm('begun'); ${SLEEP.repeat(4)} await data.player.pm('late');`;

/** Two commands under way in a runner that stands still: one had no effect yet, the other had one. */
async function pausedRunner(world: World, domain: TestDomain) {
  const author = await authorOf(world, domain);
  const alice = personOn(await addGameServer(world, domain));
  const module = await author.module();
  const quiet = await author.command(module, 'quiet', { function: QUIET });
  const loud = await author.command(module, 'loud', { function: LOUD });
  await author.install(module, alice.pog.gameServerId);
  const runner = await spawnRunner(world, UNHURRIED);
  await tell(world, chat(domain, alice, '/quiet'));
  await expect.poll(() => stateOf(author, quiet), PATIENT).toBe('running');
  await tell(world, chat(domain, alice, '/loud'));
  await expect.poll(() => said(domain), PATIENT).toContain('begun');
  runner.process.kill('SIGSTOP');
  return { runner, author, quiet, loud };
}

const said = ({ id }: TestDomain): string[] => (whispers.get(id) ?? []).toSorted();

async function stateOf(author: Author, { id }: CommandOutput): Promise<string | undefined> {
  const { rows } = await author.call(searchExecutions, { filters: { componentId: [id] } });
  return rows[0]?.state;
}

test('a runner that wakes after it was overtaken has no effect any more', { timeout: 120_000 }, async ({ world, domain }) => {
  const { runner, author, quiet, loud } = await pausedRunner(world, domain);
  await using first = runner;
  await using second = await spawnRunner(world, UNHURRIED);
  await expect.poll(() => stateOf(author, loud), PATIENT).toBe('interrupted');
  await expect.poll(() => stateOf(author, quiet), PATIENT).toBe('succeeded');

  first.process.kill('SIGCONT');

  await end(first.process);
  await end(second.process);
  expect(said(domain).filter((text) => ['begun', 'late', 'quiet'].includes(text))).toEqual(['begun', 'quiet']);
  expect([await stateOf(author, quiet), await stateOf(author, loud)]).toEqual(['succeeded', 'interrupted']);
});

test('the control: one that wakes in time says all that it had to say', { timeout: 120_000 }, async ({ world, domain }) => {
  const { runner, author, quiet, loud } = await pausedRunner(world, domain);
  await using first = runner;

  first.process.kill('SIGCONT');

  await expect.poll(() => said(domain), PATIENT).toEqual(['begun', 'late', 'quiet']);
  await end(first.process);
  expect([await stateOf(author, quiet), await stateOf(author, loud)]).toEqual(['succeeded', 'succeeded']);
});

test('a run that takes longer than a lease goes on having effects', { timeout: 120_000 }, async ({ world, domain }) => {
  await using runner = await spawnRunner(world, UNHURRIED);
  const author = await authorOf(world, domain);
  const alice = personOn(await addGameServer(world, domain));
  const module = await author.module();
  const long = await author.command(module, 'long', { function: LONG });
  await author.install(module, alice.pog.gameServerId);

  await tell(world, chat(domain, alice, '/long'));

  await expect.poll(() => stateOf(author, long), PATIENT).toBe('succeeded');
  expect(said(domain)).toEqual(['begun', 'late']);
  await end(runner.process);
});

async function end(runner: ChildProcess): Promise<void> {
  const exited = once(runner, 'exit');
  runner.kill('SIGTERM');
  await exited;
}
