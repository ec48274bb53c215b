import { afterAll, beforeAll, test } from 'vitest';
import { BOMBS, expectEnded, SMALL } from './memory-bombs.ts';
import { openSandboxForTests, type SandboxForTests } from './testing.ts';

let box: SandboxForTests;
beforeAll(async () => {
  box = await openSandboxForTests(SMALL);
});
afterAll(async () => box[Symbol.asyncDispose]());

test.each(BOMBS)('a memory bomb is ended with its reason, and the next runs are well: %s', (_, code) => expectEnded(box, code));
