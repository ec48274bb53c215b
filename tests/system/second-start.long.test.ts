import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTakaro } from './takaro-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'takaro-start-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What is kept in the data folder, once the demo's command was answered; the process has ended. */
async function startAndStop(): Promise<{ readonly kept: readonly string[]; readonly code: number | null }> {
  await using takaro = await startTakaro(folder);
  await takaro.line(/^demo: \/ping was answered with "/);
  const kept = await Promise.all(['demo.json', 'demo-password', 'admin-secret'].map((file) => readFile(join(folder, file), 'utf8')));
  return { kept, code: await takaro.stop() };
}

test('a second start goes on with what the first one left', async () => {
  const first = await startAndStop();
  const second = await startAndStop();

  expect([first.code, second.code]).toEqual([0, 0]);
  expect(second.kept).toEqual(first.kept);
}, 480_000);
