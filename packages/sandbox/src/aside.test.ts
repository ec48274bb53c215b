import { getPriority } from 'node:os';
import { expect, test } from 'vitest';
import { openSandboxForTests, type SandboxForTests } from './testing.ts';

/** On a busy machine a process takes its time to be up. */
const PATIENT = { timeout: 60_000 };
const BURN = 'for (;;);';
const ASKING = `import { takaro } from '@takaro/helpers'; await takaro.settings.settingsControllerGetOne('a');`;
const limits = { cpuMs: 60_000, wallMs: 60_000 };

const processes = ({ notices }: SandboxForTests): number => notices.filter(({ kind }) => kind === 'confined').length;

test('a function that burns beside those of others burns on in a process of its own', { timeout: 120_000 }, async () => {
  await using box = await openSandboxForTests({ limits });
  await box.run('1', { domainId: 'quiet-otters' });

  const burning = box.run(BURN, { domainId: 'wild-otters' });

  await expect.poll(() => processes(box), PATIENT).toBe(2);
  await box.sandbox[Symbol.asyncDispose]();
  expect(await burning).toMatchObject({ success: false, lost: true });
});

test('so does one that burned before others came', { timeout: 120_000 }, async () => {
  await using box = await openSandboxForTests({ limits });
  const burning = box.run(`console.log('burning'); ${BURN}`, { domainId: 'wild-otters' });
  for (const until = performance.now() + 3_000; performance.now() < until;) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(processes(box)).toBe(1);

  await box.run('1', { domainId: 'quiet-otters' });

  await expect.poll(() => processes(box), PATIENT).toBe(2);
  await box.sandbox[Symbol.asyncDispose]();
  await burning;
});

test('that process is as urgent as others until the function has burned all that it may', { timeout: 120_000 }, async () => {
  await using box = await openSandboxForTests({ limits: { cpuMs: 4_000, wallMs: 90_000 } });
  await box.run('1', { domainId: 'quiet-otters' });
  const priorities = (): number[] => box.sandbox.pids().map((pid) => getPriority(pid));
  const burning = box.run(BURN, { domainId: 'wild-otters' });
  await expect.poll(priorities, { ...PATIENT, interval: 20 }).toEqual([5, 5]);

  expect(await burning).toMatchObject({ success: false, lost: false, reason: expect.stringMatching(/^cpu limit/) });

  await expect.poll(() => priorities().toSorted((one, other) => one - other), PATIENT).toEqual([5, 19]);
});

test('one that computes for long beside others comes to its end, and its lines are there once', { timeout: 120_000 }, async () => {
  await using box = await openSandboxForTests({ limits });
  await box.run('1', { domainId: 'quiet-otters' });

  const code = `console.log('begun'); let sum = 0; for (let turn = 0; turn < 4e8; turn += 1) sum += turn % 7; console.log('done');`;
  const result = await box.run(code, { domainId: 'busy-otters' });

  expect(result).toMatchObject({ success: true, logs: [{ msg: 'begun' }, { msg: 'done' }] });
  expect(result.cpuMs).toBeGreaterThan(500);
  expect(processes(box)).toBe(2);
});

test('one that asked the host for something stays, and asks once', async () => {
  await using box = await openSandboxForTests({ limits: { cpuMs: 900, wallMs: 25_000 } });
  await box.run('1', { domainId: 'quiet-otters' });

  const result = await box.run(`${ASKING} ${BURN}`, { domainId: 'wild-otters' });

  expect(result).toMatchObject({ success: false, lost: false, calls: 1, reason: expect.stringMatching(/^cpu limit/) });
  expect(box.calls).toHaveLength(1);
  expect(processes(box)).toBe(1);
});

test('one that has its process to itself stays', async () => {
  await using box = await openSandboxForTests({ limits: { cpuMs: 900, wallMs: 25_000 } });
  await box.run('1', { domainId: 'wild-otters' });

  expect(await box.run(BURN, { domainId: 'wild-otters' })).toMatchObject({ reason: expect.stringMatching(/^cpu limit/) });
  expect(processes(box)).toBe(1);
});
