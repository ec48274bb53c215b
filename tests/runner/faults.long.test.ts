import { once } from 'node:events';
import { sendMessage } from '@takaro/contracts/gameservers/game-actions';
import { getGameServer } from '@takaro/contracts/gameservers/game-servers';
import { type RunnerService, startRunner } from '@takaro/runner/service';
import { openWorld } from '@takaro/testing/world';
import { expect, test, vi } from 'vitest';
import { openLedger, randomDomain } from './ledger.ts';
import { spawnRunner } from './spawn-runner.ts';

const configuration = {
  publicUrl: 'http://takaro.example',
  processes: 1,
  processMemoryMb: 600,
  confinement: 'none',
  concurrency: 16,
} as const;
const HELPERS = `import { takaro, data } from '@takaro/helpers';`;
const SLEEP = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);`;
const SEND = `await takaro.gameserver.gameServerControllerSendMessage(data.gameServerId, { message: 'once' });`;
const LONG = { timeout: 30_000 };
const ONE_PROCESS = { TAKARO_RUNNER_PROCESSES: '1' };

test('kill -9 of a process for functions: what only read begins again, what had an effect is told as lost and not repeated', async () => {
  await using world = await openWorld({ limits: { heartbeatLeaseMs: 100 } });
  const ledger = await openLedger(world);
  let sent = 0;
  await world.neighbour(sendMessage, () => {
    sent += 1;
    return {};
  });
  await world.neighbour(getGameServer);
  const started = Promise.withResolvers<RunnerService>();
  await world.start('runner', async (context) => {
    const runner = await startRunner(context, configuration);
    started.resolve(runner);
    return runner;
  });
  const runner = await started.promise;
  const [effect] = await ledger.queue(randomDomain(), [`${HELPERS} ${SEND} ${SLEEP}`]);
  const [read] = await ledger.queue(randomDomain(), [
    `${HELPERS} await takaro.gameserver.gameServerControllerGetOne(data.gameServerId); ${SLEEP} console.log('done');`,
  ]);
  const [silent] = await ledger.queue(randomDomain(), [`${SLEEP} console.log('done');`]);
  await vi.waitFor(
    () => expect([sent, ledger.entry(read!)?.claims, ledger.entry(silent!)?.claims]).toEqual([1, ['claimed'], ['claimed']]),
    LONG,
  );
  const [pid] = runner.pids();
  process.kill(pid!, 'SIGKILL');

  await vi.waitFor(
    () => expect([effect, read, silent].map((id) => ledger.entry(id!)?.state)).toEqual(['finished', 'finished', 'finished']),
    LONG,
  );
  expect(ledger.entry(effect!)?.results).toMatchObject([{ success: false, interrupted: true, reason: expect.stringMatching(/^lost/) }]);
  expect(ledger.entry(read!)?.results).toMatchObject([{ success: true }]);
  expect(ledger.entry(silent!)?.results).toMatchObject([{ success: true, logs: [{ msg: 'done' }] }]);
  expect(sent).toBe(1);
});

test(
  'kill -9 of the runner: the order is delivered again, what is taken is not run, nor what follows it, and what was put back runs',
  { timeout: 90_000 },
  async () => {
    await using world = await openWorld();
    const ledger = await openLedger(world);
    await using first = await spawnRunner(world, ONE_PROCESS);
    const [taken, next] = await ledger.queue(randomDomain(), [`${SLEEP} ${SLEEP} ${SLEEP}`, `console.log('next')`]);
    const [put] = await ledger.queue(randomDomain(), [`${SLEEP} ${SLEEP} ${SLEEP} console.log('again')`]);
    await vi.waitFor(() => expect([taken, put].map((id) => ledger.entry(id!)?.claims)).toEqual([['claimed'], ['claimed']]), LONG);
    first.process.kill('SIGKILL');
    await once(first.process, 'exit');
    ledger.lose(put!);
    await using second = await spawnRunner(world, ONE_PROCESS);

    await vi.waitFor(() => expect(ledger.entry(put!)?.results).toMatchObject([{ success: true }]), { timeout: 60_000, interval: 100 });
    await vi.waitFor(() => expect(ledger.entry(taken!)?.claims).toEqual(['claimed', 'taken']), { timeout: 60_000, interval: 100 });
    expect(ledger.entry(put!)).toMatchObject({ claims: ['claimed', 'claimed'], attempt: 2 });
    second.process.kill('SIGTERM');
    expect(await once(second.process, 'exit')).toEqual([0, null]);
    expect(ledger.entry(taken!)?.results).toEqual([]);
    expect(ledger.entry(next!)).toBeUndefined();
  },
);

test('SIGTERM: what runs is finished, then the runner and its processes are gone', { timeout: 90_000 }, async () => {
  await using world = await openWorld();
  const ledger = await openLedger(world);
  await using runner = await spawnRunner(world, ONE_PROCESS);
  const [running] = await ledger.queue(randomDomain(), [`${SLEEP} ${SLEEP} console.log('end')`]);
  await vi.waitFor(() => expect(ledger.entry(running!)?.claims).toEqual(['claimed']), LONG);
  runner.process.kill('SIGTERM');

  expect(await once(runner.process, 'exit')).toEqual([0, null]);
  expect(ledger.entry(running!)?.results).toMatchObject([{ success: true, logs: [{ msg: 'end' }] }]);
});
