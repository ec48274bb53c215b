import { expect } from 'vitest';
import type { SandboxForTests } from './testing.ts';

/** Limits that are reached soon. */
export const SMALL = { limits: { cpuMs: 200, wallMs: 3_000, memoryMb: 64 }, childMemoryMb: 350 };

export const BOMBS: readonly (readonly [name: string, code: string])[] = [
  ['a map', 'const m = new Map(); for (let i = 0; ; i += 1) m.set(i, i);'],
  ['filled arrays', 'const all = []; for (;;) all.push(new Array(5e7).fill(0));'],
  ['texts', `const all = []; for (let i = 0; ; i += 1) all.push((i + 'abc').repeat(1e6).split(''));`],
  ['a split', `globalThis.x = 'a'.repeat(2 ** 27).split('');`],
  ['nested arrays', 'let all = []; for (;;) all = [all, all.concat(all), new Array(1e5).fill(1)];'],
  ['buffers', 'const all = []; for (;;) all.push(new Uint8Array(1e7).fill(1));'],
];

/** A bomb is ended with its reason, and neither who runs beside it nor who comes next is the worse for it. */
export async function expectEnded(box: SandboxForTests, code: string): Promise<void> {
  const quiet = () => box.run(`console.log('fine')`, { domainId: 'calm-otters' });
  const before = box.calls.length;
  const [result, other] = await Promise.all([
    box.run(code, { domainId: 'hungry-otters', limits: { cpuMs: 60_000, wallMs: 60_000 } }),
    quiet(),
  ]);

  expect(result).toMatchObject({ success: false, lost: false });
  // A buffer that cannot be had is an error that the function may even catch.
  expect(result.reason ?? result.logs.at(-1)?.msg).toMatch(/^memory limit|allocation failed/);
  expect(other).toMatchObject({ success: true, lost: false });
  expect(await quiet()).toMatchObject({ success: true });
  // Whose bomb it was has only the processor time that others leave: for a while, on a busy machine.
  const next = await box.run('1', { domainId: 'hungry-otters', limits: { wallMs: 30_000 } });
  expect({ success: next.success, reason: next.reason }).toEqual({ success: true });
  expect(box.calls.length).toBe(before);
}
