import { expect, test } from 'vitest';
import { openSandboxForTests, type SandboxForTests } from './testing.ts';

const BURN = 'for (;;);';
const limits = { cpuMs: 300, wallMs: 30_000 };
const ASKING = `import { takaro } from '@takaro/helpers'; await takaro.settings.settingsControllerGetOne('a');`;

const processes = ({ notices }: SandboxForTests): number => notices.filter(({ kind }) => kind === 'confined').length;

test('a function that burns beside those of others burns on in a process of its own, as do all of its domain from then on', async () => {
  await using box = await openSandboxForTests({ limits });
  await box.run('1', { domainId: 'quiet-otters' });

  const burning = await Promise.all([1, 2].map((nr) => box.run(`${BURN} ${nr}`, { domainId: 'wild-otters' })));

  for (const result of burning) expect(result).toMatchObject({ success: false, lost: false, reason: expect.stringMatching(/^cpu limit/) });
  expect(processes(box)).toBe(2);
  await box.run(BURN, { domainId: 'wild-otters' });
  expect(processes(box)).toBe(2);
});

test('one that computes for long beside others comes to its end, and its lines are there once', async () => {
  await using box = await openSandboxForTests({ limits: { cpuMs: 1_600, wallMs: 60_000 } });
  await box.run('1', { domainId: 'quiet-otters' });

  const code = `console.log('begun'); let sum = 0; for (let turn = 0; turn < 4e8; turn += 1) sum += turn % 7; console.log('done');`;
  const result = await box.run(code, { domainId: 'busy-otters' });

  expect(result).toMatchObject({ success: true, logs: [{ msg: 'begun' }, { msg: 'done' }] });
  expect(processes(box)).toBe(2);
});

test('one that asked the host for something stays, and asks once', async () => {
  await using box = await openSandboxForTests({ limits });
  await box.run('1', { domainId: 'quiet-otters' });

  const result = await box.run(`${ASKING} ${BURN}`, { domainId: 'wild-otters' });

  expect(result).toMatchObject({ success: false, lost: false, calls: 1, reason: expect.stringMatching(/^cpu limit/) });
  expect(box.calls).toHaveLength(1);
  expect(processes(box)).toBe(1);
});

test('one that has its process to itself stays', async () => {
  await using box = await openSandboxForTests({ limits });
  await box.run('1', { domainId: 'wild-otters' });

  expect(await box.run(BURN, { domainId: 'wild-otters' })).toMatchObject({ reason: expect.stringMatching(/^cpu limit/) });
  expect(processes(box)).toBe(1);
});

test('of more domains than may have a process of their own none is lost', { timeout: 120_000 }, async () => {
  await using box = await openSandboxForTests({ limits: { cpuMs: 200, wallMs: 60_000 } });
  const [first, ...others] = Array.from({ length: 10 }, (_, nr) => `wild-otters-${nr}`);
  await box.run('1', { domainId: 'quiet-otters' });
  await box.run(BURN, { domainId: first! });

  const results = await Promise.all(others.map((domainId) => box.run(BURN, { domainId })));

  expect(results.map(({ lost, reason }) => [lost, reason?.split(':')[0]])).toEqual(others.map(() => [false, 'cpu limit']));
});
