import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { expect, test, vi } from 'vitest';
import type { HostReply } from './operation.ts';
import { openSandboxForTests } from './testing.ts';

/** On a machine that does much besides a process for functions takes its time to be up. */
const PATIENT = { timeout: 60_000 };
const WHOLE = { timeout: 120_000 };

const CALL = `import { takaro } from '@takaro/helpers'; await takaro.settings.settingsControllerGetOne('a');`;

test('what a run leaves on globals and prototypes is not there in the next run of the same version', async () => {
  await using box = await openSandboxForTests();
  const code = `
    console.log([globalThis.canary, {}.polluted, [].map === Array.prototype.map, JSON.canary, new Error('x').stack === 'mine'].join());
    globalThis.canary = 1; Object.prototype.polluted = 1; Array.prototype.map = null; JSON.canary = 1; JSON.stringify = () => 'bad';
    Error.prepareStackTrace = () => 'mine'; Promise.prototype.then = () => { throw new Error('bad'); };`;

  const results = [await box.run(code), await box.run(code), await box.run(code, { domainId: 'other-otters' })];
  expect(results.map(({ logs }) => logs[0]?.msg)).toEqual([',,true,,false', ',,true,,false', ',,true,,false']);
});

test.each([
  ['throws', `Array.prototype.join = () => { throw new Error('broken'); };`, /broke the built-in objects/],
  ['is no JSON', `Array.prototype.join = () => '}{';`, /broke the built-in objects/],
  ['is too large', `Array.prototype.join = () => '1,'.repeat(1e6) + '1';`, /^quota/],
])('a function whose result %s ends with a reason', async (_, code, reason) => {
  await using box = await openSandboxForTests();
  const result = await box.run(`${code} console.log('x');`);
  expect(result).toMatchObject({ success: false, reason: expect.stringMatching(reason) });
  expect(await box.run('1')).toMatchObject({ success: true });
});

test.each(['msg', 'details'])('a result whose %s is too deep for JSON ends its own run and no other', async (place) => {
  const { promise: hold, resolve: release } = Promise.withResolvers<HostReply>();
  await using box = await openSandboxForTests({}, () => hold);
  const other = box.run(CALL, { domainId: 'calm-otters' });
  await vi.waitFor(() => expect(box.calls).toHaveLength(1), PATIENT);
  const code = `Array.prototype.join = () => '{"${place}":' + '['.repeat(4e4) + ']'.repeat(4e4) + '}'; console.log('x');`;
  const { logs } = await box.run(code, { domainId: 'deep-otters' });
  release({ status: 200, body: {} });

  expect(JSON.stringify(logs)).toContain('[not serializable]');
  expect(await other).toMatchObject({ success: true });
});

test('the function reaches neither host objects nor the process through what it is given', async () => {
  await using box = await openSandboxForTests();
  const { logs, success } = await box.run(`
    import * as helpers from '@takaro/helpers';
    const seen = [helpers, globalThis, console, helpers.takaro.settings.settingsControllerGetOne];
    const reached = seen.map((value) => { try { return value.constructor.constructor('return typeof process + typeof require')(); } catch (error) { return error.name; } });
    console.log(reached.join());
    console.log(await import('node:fs').then(() => 'imported', () => 'refused'));`);

  expect(success).toBe(true);
  expect(logs[0]?.msg).toMatch(/^((undefinedundefined|TypeError),?){4}$/);
  expect(logs[1]?.msg).toBe('refused');
});

test('runs of one version, one after the other, leave nothing behind in their isolate', async () => {
  await using box = await openSandboxForTests({ limits: { memoryMb: 16 } });
  for (let run = 0; run < 300; run += 1) expect(await box.run('globalThis.x = new Array(1e4).fill(1)')).toMatchObject({ success: true });
  expect(box.notices.filter(({ kind }) => kind === 'killed')).toEqual([]);
});

test('runs in a killed process are begun again when they asked for nothing, and are reported lost when they had', WHOLE, async () => {
  const { promise: hold, resolve: release } = Promise.withResolvers<HostReply>();
  await using box = await openSandboxForTests({}, () => hold);
  const asked = box.run(CALL, { domainId: 'asking-otters' });
  const silent = box.run(`Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000); console.log('done');`, {
    domainId: 'silent-otters',
  });
  await vi.waitFor(() => expect(box.calls).toHaveLength(1), PATIENT);
  const [pid] = box.sandbox.pids();
  process.kill(pid!, 'SIGKILL');

  expect(await asked).toMatchObject({ success: false, lost: true, calls: 1, reason: expect.stringMatching(/^lost/) });
  expect(await silent).toMatchObject({ success: true, lost: false, logs: [{ msg: 'done' }] });
  expect(box.calls).toHaveLength(1);
  expect(box.sandbox.pids()).not.toContain(pid);
  release({ status: 200, body: {} });
});

test('a domain whose code had to be killed gets a process of its own', { timeout: 120_000 }, async () => {
  await using box = await openSandboxForTests({ limits: { memoryMb: 64 } });
  // Time enough to be ended by the memory that it takes, on a busy machine too.
  const limits = { cpuMs: 60_000, wallMs: 60_000 };
  await box.run('const m = new Map(); for (let i = 0; ; i += 1) m.set(i, i);', { domainId: 'wild-otters', limits });
  expect(box.notices).toContainEqual(expect.objectContaining({ kind: 'killed', domainId: 'wild-otters' }));

  const waiting = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);`;
  await Promise.all([box.run(waiting, { domainId: 'wild-otters' }), box.run(waiting, { domainId: 'calm-otters' })]);
  expect(box.sandbox.pids()).toHaveLength(2);
});

const SCHED_OTHER = 0;
const SCHED_IDLE = 5;
/** The 41st field of proc_pid_stat(5), of each thread. */
const policiesOf = (pid: number | undefined): number[] => {
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) => readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'));
  return [...new Set(threads.map((stat) => Number(stat.split(') ')[1]?.split(' ')[38])))];
};

test('a domain whose code took all the processor time it may have gets a process of its own, which is less urgent', async () => {
  await using box = await openSandboxForTests({ limits: { cpuMs: 100 } });
  expect(await box.run('for (;;);', { domainId: 'wild-otters' })).toMatchObject({ reason: expect.stringMatching(/^cpu limit/) });
  const [shared] = box.sandbox.pids();
  await box.run('1', { domainId: 'wild-otters' });
  await box.run('1', { domainId: 'calm-otters' });

  const [first, own, ...others] = box.sandbox.pids();
  expect(others).toEqual([]);
  expect(first).toBe(shared);
  await expect.poll(() => [getPriority(first), getPriority(own)], PATIENT).toEqual([5, 19]);
  // A system without it has no such processes.
  if (existsSync('/usr/bin/chrt'))
    await expect.poll(() => [policiesOf(first), policiesOf(own)], PATIENT).toEqual([[SCHED_OTHER], [SCHED_IDLE]]);
});

test('a process of one that burned has a quarter of the time, and goes on when nothing runs in it', { timeout: 150_000 }, async () => {
  await using box = await openSandboxForTests({ limits: { cpuMs: 100, wallMs: 60_000 } });
  const burn = () => box.run('for (;;);', { domainId: 'wild-otters' });
  const shared = await burn();
  const own = await burn();

  expect([shared.reason, own.reason]).toEqual([expect.stringMatching(/^cpu limit/), expect.stringMatching(/^cpu limit/)]);
  // The same processor time takes a multiple of the time that passes.
  expect(own.durationMs).toBeGreaterThan(2 * own.cpuMs);
  expect(await box.run('console.log(1)', { domainId: 'wild-otters' })).toMatchObject({ success: true });
});

test('a process that has run enough is replaced, and no run is lost or kept waiting for it', WHOLE, async () => {
  await using box = await openSandboxForTests({ childRuns: 5 });
  await box.run('1');
  const [first] = box.sandbox.pids();
  const results = [];
  for (let round = 0; round < 10; round += 1)
    results.push(...(await Promise.all(['a', 'b', 'c'].map((domainId) => box.run(CALL, { domainId })))));

  expect(results.filter(({ success, lost }) => !success || lost)).toEqual([]);
  await expect.poll(() => box.sandbox.pids(), PATIENT).not.toContain(first);
  expect(box.notices.filter(({ kind }) => kind !== 'confined')).toEqual([]);
});

test('a run that is given up ends and is reported lost', WHOLE, async () => {
  const { promise: hold, resolve: release } = Promise.withResolvers<HostReply>();
  await using box = await openSandboxForTests({}, () => hold);
  const stop = new AbortController();
  const run = box.run(CALL, { signal: stop.signal });
  await vi.waitFor(() => expect(box.calls).toHaveLength(1), PATIENT);
  stop.abort();

  expect(await run).toMatchObject({ success: false, lost: true });
  release({ status: 200, body: {} });
});

test('one that is given up where its process has no turn to end it is no blame of its domain', WHOLE, async () => {
  await using box = await openSandboxForTests({}, () => new Promise(() => undefined));
  const stop = new AbortController();
  const run = box.run(CALL, { domainId: 'calm-otters', signal: stop.signal });
  await vi.waitFor(() => expect(box.calls).toHaveLength(1), PATIENT);
  const [shared = 0] = box.sandbox.pids();
  process.kill(shared, 'SIGSTOP');
  stop.abort();
  expect(await run).toMatchObject({ success: false, lost: true });
  await expect.poll(() => box.sandbox.pids(), PATIENT).not.toContain(shared);

  for (const domainId of ['calm-otters', 'other-otters']) expect(await box.run('1', { domainId })).toMatchObject({ success: true });
  expect(box.sandbox.pids()).toHaveLength(1);
});

test('closing the sandbox ends its processes', WHOLE, async () => {
  const box = await openSandboxForTests({ children: 2 });
  await Promise.all(['a', 'b', 'c', 'd'].map((domainId) => box.run('1', { domainId })));
  const pids = box.sandbox.pids();
  expect(pids.length).toBeGreaterThan(0);
  await box[Symbol.asyncDispose]();
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
