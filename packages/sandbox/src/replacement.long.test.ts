import { expect, test, vi } from 'vitest';
import { BOMBS, SMALL } from './memory-bombs.ts';
import type { SandboxNotice } from './supervisor.ts';
import { openSandboxForTests } from './testing.ts';

/** Ten times the figure: from the end of a process to the notice that the next one is up. */
const REPLACED_MS = 5_000;
const ROUNDS = 5;
const PATIENT = { timeout: 60_000, interval: 5 };

test('a process that is killed from outside is replaced', async () => {
  await using box = await openSandboxForTests();
  await box.run('1');
  const times: number[] = [];
  for (let left = ROUNDS; left > 0; left -= 1) {
    const [pid = 0] = box.sandbox.pids();
    const from = performance.now();
    process.kill(pid, 'SIGKILL');
    await vi.waitUntil(() => box.sandbox.pids().some((one) => one !== pid), PATIENT);
    times.push(performance.now() - from);
  }
  expect(Math.max(...times)).toBeLessThan(REPLACED_MS);
});

test('a process that is ended for its memory is replaced', async () => {
  const notices: { readonly at: number; readonly kind: SandboxNotice['kind'] }[] = [];
  const onNotice = ({ kind }: SandboxNotice): void => void notices.push({ at: performance.now(), kind });
  await using box = await openSandboxForTests({ ...SMALL, onNotice });
  const code = BOMBS.find(([name]) => name === 'a map')?.[1] ?? '';
  await box.run(code, { domainId: 'hungry-otters', limits: { cpuMs: 60_000, wallMs: 60_000 } });
  const ended = notices.findIndex(({ kind }) => kind === 'killed');
  expect(ended).toBeGreaterThan(0);
  const next = await vi.waitUntil(() => notices.slice(ended).find(({ kind }) => kind === 'confined'), PATIENT);

  expect(next.at - (notices[ended]?.at ?? 0)).toBeLessThan(REPLACED_MS);
});
