import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { DEFAULT_RUN_LIMITS } from '../run.ts';
import { Child } from './child.ts';
import { createOpenRun, type Outcome } from './open-run.ts';

const CPU_MS = 600;

/** A real process that says what a test has it say: `onRun` and `onEnd` are code with `send` and `runId`. */
async function converse({ onRun, onEnd }: { readonly onRun: string; readonly onEnd: string }) {
  const script = `const send = (message) => process.send(message);
    process.on('message', ({ type, runId, reason }) => { if (type === 'run') { ${onRun} } else if (type === 'end') { ${onEnd} } });`;
  const spawned = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const confinement = {
    level: 'none',
    files: 'all',
    processes: 'allowed',
    network: 'all',
    environment: [],
    user: 0,
    namespaces: [],
    privileges: 'all',
  } as never;
  const blamed: string[] = [];
  const child = new Child(
    { spawned, pid: spawned.pid ?? 0, confinement, mostRuns: 100 },
    {
      onBlame: (_, reason) => blamed.push(reason),
      onGreed: () => undefined,
      onHeavy: (run, where) => where.takeAside(run),
    },
  );
  const calls: unknown[] = [];
  const outcome = await new Promise<Outcome>((settle) => {
    child.begin(
      createOpenRun({
        runId: 1,
        domainId: 'wild-otters',
        isolateKey: null,
        compiled: { hash: 'hash', code: '', prelude: 'plain' } as never,
        input: '{}',
        limits: { ...DEFAULT_RUN_LIMITS, cpuMs: CPU_MS, wallMs: 30_000 },
        mayStepAside: true,
        onHostCall: async (request) => {
          calls.push(request);
          return { status: 200, body: { meta: {}, data: {} } };
        },
        settle,
      }),
    );
  });
  const isAlive = spawned.exitCode === null && spawned.signalCode === null;
  child.kill([], 'the test is over');
  if (isAlive) await once(spawned, 'exit');
  return { outcome, calls, blamed, isAlive };
}

const CALL = `send({ type: 'call', runId, callId: 1, json: JSON.stringify({ operationId: 'x' }) });`;
const HEAVY = `send({ type: 'heavy', runId });`;
const ENDED = `send({ type: 'ended', runId, json: null, reason, cpuMs: 1 });`;

test('what a run asks for after it was taken aside is not done', async () => {
  const { outcome, calls } = await converse({ onRun: HEAVY, onEnd: `${CALL} ${ENDED}` });

  expect(outcome).toEqual({ kind: 'aside' });
  expect(calls).toEqual([]);
});

test('what it asks for before is done', async () => {
  const { outcome, calls } = await converse({ onRun: `${CALL} ${HEAVY}`, onEnd: ENDED });

  expect(outcome).toEqual({ kind: 'aside' });
  expect(calls).toHaveLength(1);
});

test('one that came to its end meanwhile has its result', async () => {
  const result = JSON.stringify({ success: true, truncated: false, logs: [] });
  const { outcome } = await converse({
    onRun: HEAVY,
    onEnd: `send({ type: 'ended', runId, json: ${JSON.stringify(result)}, reason: null, cpuMs: 1 });`,
  });

  expect(outcome).toMatchObject({ kind: 'ended', result: { success: true } });
});

test('one that does not stop leaves its process to the others for as long as it may burn', async () => {
  const stuck = `if (reason === 'taken aside') setTimeout(() => send({ type: 'stuck', runId, reason }), 200);`;
  const { outcome, blamed } = await converse({ onRun: HEAVY, onEnd: stuck });

  expect(outcome).toMatchObject({ kind: 'ended', result: { success: false, reason: expect.stringMatching(/^cpu limit/) } });
  expect(outcome.kind === 'ended' && outcome.result.durationMs).toBeGreaterThan(CPU_MS);
  expect(blamed).toEqual([expect.stringMatching(/^cpu limit/)]);
});

test('one that says so again and again has no more time for it', async () => {
  const stuck = `if (reason === 'taken aside') setInterval(() => send({ type: 'stuck', runId, reason }), 100);`;
  const { outcome } = await converse({ onRun: HEAVY, onEnd: stuck });

  expect(outcome).toMatchObject({ kind: 'ended', result: { reason: expect.stringMatching(/^cpu limit/) } });
});

test('one whose isolate fails while it is taken aside is told of that, at once', async () => {
  const failed = `send({ type: 'stuck', runId, reason: 'memory limit: V8 gave up' });`;
  const { outcome, blamed } = await converse({ onRun: HEAVY, onEnd: failed });

  expect(outcome).toMatchObject({ kind: 'ended', result: { reason: expect.stringMatching(/^memory limit/) } });
  expect(blamed).toEqual([expect.stringMatching(/^memory limit/)]);
});

test('one that says so unasked is no better for it', async () => {
  const { outcome } = await converse({ onRun: `send({ type: 'ended', runId, json: null, reason: 'taken aside', cpuMs: 1 });`, onEnd: '' });

  expect(outcome).toMatchObject({ kind: 'ended', result: { success: false, reason: 'taken aside' } });
});

test('one that tells lines without end is ended, and what it told of them is bounded', async () => {
  const flood = `const json = JSON.stringify([{ msg: 'x', details: 'z'.repeat(50_000) }]);
    setInterval(() => send({ type: 'logs', runId, json }), 5);`;
  const { outcome, blamed } = await converse({ onRun: flood, onEnd: '' });

  expect(outcome).toMatchObject({ kind: 'ended', result: { success: false, truncated: true, reason: 'quota: the output is too large' } });
  expect(outcome.kind === 'ended' && JSON.stringify(outcome.result.logs).length).toBeLessThan(DEFAULT_RUN_LIMITS.outputChars);
  expect(blamed).toEqual(['quota: the output is too large']);
});
