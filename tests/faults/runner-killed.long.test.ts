import { once } from 'node:events';
import { createAssignment } from '@takaro/contracts/modules/assignments';
import { getExecution, searchExecutions } from '@takaro/contracts/modules/execution-history';
import { createFunction } from '@takaro/contracts/modules/functions';
import type { TestDomain } from '@takaro/testing/world-domain';
import { worldTest } from '@takaro/testing/world-test';
import { expect } from 'vitest';
import { type Author, authorOf } from '../modules/author.ts';
import { addGameServer, startModulesUnderTest, tell, whispers } from '../modules/modules-world.ts';
import { chat, personOn } from '../modules/people.ts';
import { spawnRunner } from '../runner/spawn-runner.ts';

const LEASE = { leaseMs: 3_000, heartbeatLeaseMs: 500 };
const LIMITS = {
  TAKARO_LIMIT_LEASE_MS: String(LEASE.leaseMs),
  TAKARO_LIMIT_HEARTBEAT_LEASE_MS: String(LEASE.heartbeatLeaseMs),
};
const test = worldTest(startModulesUnderTest, { limits: LEASE });
/** Redelivery, the lease, and a run of its own; ten times that on a slow machine. */
const PATIENT = { timeout: 90_000, interval: 200 };

const SLEEP = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_000);`;
const QUIET = `console.log('begun'); ${SLEEP} console.log('done');`;
const LOUD = `import { data } from '@takaro/helpers'; await data.player.pm('once'); ${SLEEP}`;

test(
  'kill -9 of the runner: what had no effect runs again once, what had one is interrupted, and what follows it runs',
  { timeout: 180_000 },
  async ({ world, domain }) => {
    await using first = await spawnRunner(world, LIMITS);
    const author = await authorOf(world, domain);
    const alice = personOn(await addGameServer(world, domain));
    const module = await author.module();
    const quiet = await author.command(module, 'quiet', { function: QUIET });
    const loud = await author.command(module, 'loud', { function: LOUD });
    const after = await author.call(createFunction, { versionId: module.latestVersion.id, code: `console.log('after')` });
    await author.call(createAssignment, { functionId: after.id, command: loud.id });
    await author.install(module, alice.pog.gameServerId);
    await tell(world, chat(domain, alice, '/quiet'));
    await tell(world, chat(domain, alice, '/loud'));
    await expect.poll(() => statesOf(author, quiet.id), PATIENT).toEqual(['running']);
    await expect.poll(() => messagesOf(domain), PATIENT).toEqual(['once']);

    first.process.kill('SIGKILL');
    await using second = await spawnRunner(world, LIMITS);

    await expect.poll(() => statesOf(author, quiet.id), PATIENT).toEqual(['succeeded']);
    await expect.poll(() => statesOf(author, loud.id), PATIENT).toEqual(['interrupted', 'succeeded']);
    expect(messagesOf(domain)).toEqual(['once']);
    const [again] = await executionsOf(author, quiet.id);
    expect(again?.attempt).toBe(2);
    const { logs } = await author.call(getExecution, { id: again!.id });
    expect(logs.map(({ msg }) => msg)).toEqual(['begun', 'done']);
    second.process.kill('SIGTERM');
    expect(await once(second.process, 'exit')).toEqual([0, null]);
  },
);

const messagesOf = ({ id }: TestDomain): string[] => (whispers.get(id) ?? []).filter((message) => message === 'once');

const executionsOf = async (author: Author, componentId: string) => {
  const { rows } = await author.call(searchExecutions, { filters: { componentId: [componentId] }, sortBy: 'createdAt' });
  return rows;
};

const statesOf = async (author: Author, componentId: string): Promise<string[]> =>
  (await executionsOf(author, componentId)).map(({ state }) => state);
