import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOMBS, expectEnded, SMALL } from './memory-bombs.ts';
import { openSandboxForTests, type SandboxForTests } from './testing.ts';

let box: SandboxForTests;
beforeAll(async () => {
  box = await openSandboxForTests(SMALL);
});
afterAll(async () => box[Symbol.asyncDispose]());

const HELPERS = `import { takaro, data } from '@takaro/helpers';`;
/** Whoever comes next: another tenant, in the process that was abused or the one in its place. */
const quiet = () => box.run(`console.log('fine')`, { domainId: 'calm-otters' });

describe('code that does not stop is ended with its reason and its lines, and disturbs nobody', () => {
  test.each([
    ['a loop', `console.log('begun'); for (;;);`, /^cpu limit/],
    ['a loop after an await', `console.log('begun'); await null; for (;;);`, /^cpu limit/],
    ['a loop after a host call', `${HELPERS} console.log('begun'); await data.pog.pm('x'); for (;;);`, /^cpu limit/],
    ['a loop of microtasks', `console.log('begun'); for (;;) await null;`, /^cpu limit/],
    ['a catastrophic pattern', `console.log('begun'); /^(a+)+$/.test('a'.repeat(40) + '!');`, /^cpu limit/],
    ['a promise that never settles', `console.log('begun'); await new Promise(() => {});`, /^wall clock/],
    ['a sleep without end', `console.log('begun'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`, /^wall clock/],
    ['a number that V8 does not interrupt', `console.log('begun'); globalThis.x = ((1n << (1n << 26n)) - 1n).toString();`, /^cpu limit/],
  ])('%s', { timeout: 120_000 }, async (name, code, reason) => {
    // What burns has time enough on the clock to be ended by what it burns, on a busy machine too.
    const limits = reason.source.includes('cpu') ? { wallMs: 20_000 } : {};
    const [result, other] = await Promise.all([
      // Each another one, for what burned once has only what others leave.
      box.run(code, {
        domainId: `wild-otters-${name.replaceAll(' ', '-')}`,
        limits,
        data: { gameServerId: 'server-1', pog: { gameId: '1' } },
      }),
      quiet(),
    ]);

    expect(result.success).toBe(false);
    expect(result.reason ?? result.logs.at(-1)?.details).toMatch(reason);
    expect(result.logs[0]?.msg).toBe('begun');
    expect(result.durationMs).toBeLessThan(10 * 3_000);
    expect(other).toMatchObject({ success: true, logs: [{ msg: 'fine' }] });
    expect(await quiet()).toMatchObject({ success: true });
  });
});

describe('a memory bomb is ended with its reason, and the next runs are well', () => {
  test.each(BOMBS.slice(0, 1))('%s', { timeout: 120_000 }, (_, code) => expectEnded(box, code));
});

describe('floods', () => {
  test('of lines: what fits is kept and marked, and the end is told', async () => {
    const result = await box.run(`for (let i = 0; i < 1e5; i += 1) console.log('line ' + i, 'x'.repeat(100)); throw new Error('the end');`);

    expect(result).toMatchObject({ success: false, truncated: true });
    expect(JSON.stringify(result.logs).length).toBeLessThan(65_536);
    expect(result.logs.at(-2)?.details).toEqual({ truncated: true });
    expect(result.logs.at(-1)?.msg).toBe('the end');
  });

  test('one line of 10 MB', async () => {
    const result = await box.run(`console.log('x'.repeat(1e7), 'y'.repeat(1e7)); console.log('next')`);
    expect(result).toMatchObject({ success: true, truncated: true });
    expect(result.logs[0]?.msg).toHaveLength(1_003);
  });

  test('of calls, awaited: the quota ends it, and the host saw no more', async () => {
    const before = box.calls.length;
    const result = await box.run(`${HELPERS} for (;;) await takaro.settings.settingsControllerGetOne('a');`, {
      limits: { calls: 20, cpuMs: 5_000 },
    });

    expect(result).toMatchObject({ success: false, reason: 'quota: more than 20 calls' });
    expect(box.calls.length - before).toBe(20);
  });

  test('of calls, not awaited: the quota ends it although it never yields', async () => {
    const before = box.calls.length;
    const result = await box.run(`${HELPERS} for (;;) takaro.settings.settingsControllerGetOne('a').catch(() => 0);`, {
      limits: { cpuMs: 5_000 },
    });

    expect(result).toMatchObject({ success: false, reason: 'quota: more than 500 calls' });
    expect(box.calls.length - before).toBeLessThanOrEqual(500);
  });

  test('of arguments and results: too large ones are refused', async () => {
    const { logs } = await box.run(
      `${HELPERS}
      await takaro.settings.settingsControllerGetOne('x'.repeat(2_000)).catch((error) => console.log(error.response.status));
      await takaro.settings.settingsControllerGetOne('y'.repeat(800)).catch((error) => console.log(error.response.status));`,
      { limits: { argumentChars: 1_000, replyChars: 500 } },
    );
    expect(logs.filter(({ msg }) => msg === '413')).toHaveLength(2);
  });
});

test('calls beyond those at once wait for their turn', async () => {
  let running = 0;
  let most = 0;
  await using slow = await openSandboxForTests({}, async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return { status: 200, body: {} };
  });
  const result = await slow.run(
    `${HELPERS} await Promise.all(Array.from({ length: 60 }, () => takaro.settings.settingsControllerGetOne('a')));`,
  );

  expect(result).toMatchObject({ success: true, calls: 60 });
  expect(most).toBeLessThanOrEqual(10);
});
