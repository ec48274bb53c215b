import { expect, test } from 'vitest';
import { doubtCruise, runChecks } from './checks.ts';
import { tallyOf } from './tests.ts';

test('a run of the import rules that read no modules is a failure', () => {
  expect(doubtCruise('✔ no dependency violations found (0 modules, 0 dependencies cruised)')).toContain('only 0 modules');
  expect(doubtCruise('✔ no dependency violations found (230 modules, 901 dependencies cruised)')).toBeUndefined();
});

test('every check runs although one failed, and the output of the failed one is shown', async () => {
  const lines: string[] = [];

  const tally = await runChecks(
    (line) => lines.push(line),
    [
      { name: 'bad', command: process.execPath, args: ['-e', 'console.log("the reason"); process.exit(3)'] },
      { name: 'good', command: process.execPath, args: ['-e', ''] },
      { name: 'doubtful', command: process.execPath, args: ['-e', ''], doubt: () => 'it read nothing' },
    ],
  );

  expect(tally).toEqual({ passed: 1, failed: 2 });
  expect(lines[0]).toMatch(/^FAILED {2}bad .*exited with 3\nthe reason$/);
  expect(lines[1]).toMatch(/^ok {6}good/);
  expect(lines[2]).toContain('it read nothing');
});

test('a test file that did not load is counted as a failure', () => {
  const loaded = { status: 'passed', assertionResults: [{ status: 'passed' }] };
  const broken = { status: 'failed', assertionResults: [] };

  expect(tallyOf({ numPassedTests: 1, numFailedTests: 0, testResults: [loaded, broken] }, 1)).toEqual({ passed: 1, failed: 1 });
  expect(tallyOf({ numPassedTests: 1, numFailedTests: 0, testResults: [loaded] }, 1)).toEqual({ passed: 1, failed: 1 });
  expect(tallyOf({ numPassedTests: 1, numFailedTests: 0, testResults: [loaded] }, 0)).toEqual({ passed: 1, failed: 0 });
});
