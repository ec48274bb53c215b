import { openSandboxForTests, type SandboxForTests } from '@takaro/sandbox/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toldOf } from './told-result.ts';

let box: SandboxForTests;
beforeAll(async () => {
  box = await openSandboxForTests();
});
afterAll(async () => box[Symbol.asyncDispose]());

test.each([
  ['what is no JavaScript', 'let x = ;', /^SyntaxError: /],
  ['what only V8 finds wrong', 'const mark = (it) => it; @mark class Marked {}', /^SyntaxError: /],
  ['an import of a function that is not there', `import { twice } from './twice.js'; twice();`, /^unable to resolve dependency/],
  ['an export that is not there', `import { nothing } from '@takaro/helpers'; nothing();`, /^No matching export/],
])('%s never begins', async (_, code, reason) => {
  expect(toldOf(await box.run(code))).toMatchObject({ success: false, neverBegan: true, reason: expect.stringMatching(reason), logs: [] });
});

test.each([
  ['that burns', 'for (;;);', { cpuMs: 100, wallMs: 20_000 }, /^cpu limit/],
  ['that waits', 'await new Promise(() => {});', { wallMs: 300 }, /^wall clock/],
  ['that sleeps', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);', { wallMs: 300 }, /^wall clock/],
] as const)('a function %s began, though it said nothing before its end', async (does, code, limits, reason) => {
  // Each of another domain, for what burned once has only what others leave.
  const told = toldOf(await box.run(code, { limits, domainId: does.replaceAll(' ', '-') }));

  expect(told).toMatchObject({ success: false, reason: expect.stringMatching(reason), logs: [] });
  expect(told.neverBegan).toBeUndefined();
});

test.each([
  ['runs to its end', `console.log('here');`],
  ['throws', `throw new Error('here');`],
  ['makes a syntax error as it runs', `new RegExp('(');`],
])('a function that %s began', async (_, code) => {
  expect(toldOf(await box.run(code)).neverBegan).toBeUndefined();
});
