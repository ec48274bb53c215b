import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Takes an isolate for one run after the other, each given back before the next, and tells which of them had the same. */
const SCRIPT = `
  import { openIsolates } from '../child/isolates.ts';
  import { isolateKeyOf } from './isolate-key.ts';
  const isolates = openIsolates({ plain: '', lodash: '' });
  const seen = RUNS.map(({ domainId, versionKey, memoryMb }) => {
    const key = isolateKeyOf({ domainId, versionKey }, { limits: { memoryMb }, compiled: { prelude: 'plain' } });
    const warm = isolates.take(key, { prelude: 'plain', memoryMb });
    isolates.giveBack(warm);
    return warm.isolate;
  });
  process.stdout.write(JSON.stringify(seen.map((one) => seen.indexOf(one))));`;

/** Isolates want a process that was started for them. */
function isolatesOf(runs: readonly (readonly [domainId: string, versionKey: string, memoryMb?: number])[]): unknown {
  const given = runs.map(([domainId, versionKey, memoryMb = 16]) => ({ domainId, versionKey, memoryMb }));
  const code = `const RUNS = ${JSON.stringify(given)}; ${SCRIPT}`;
  const args = ['--no-node-snapshot', '--input-type=module', '--eval', code];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test('runs of one domain and version have the same isolate, and those of another domain or version one of their own', () => {
  const runs = [
    ['otters', 'version'],
    ['otters', 'version'],
    ['beavers', 'version'],
    ['otters', 'another'],
    ['beavers', 'version'],
    ['otters', 'version'],
    ['otters', 'version', 32],
  ] as const;
  expect(isolatesOf(runs)).toEqual([0, 0, 2, 3, 2, 0, 6]);
});
