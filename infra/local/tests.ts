import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tally } from './checks.ts';
import { showTool } from './run-tool.ts';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly { readonly status: string }[] }[];
}

/** A file that failed without a failed test (it did not load, or a hook threw) counts as one failure. */
export const tallyOf = (report: Report, code: number): Tally => {
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((one) => one.status === 'failed'),
  ).length;
  const failed = report.numFailedTests + brokenFiles;
  return { passed: report.numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
};

/** Runs vitest with its output on the screen and answers how many tests passed and failed. */
export const runTests = async (args: readonly string[], options: { readonly long: boolean }): Promise<Tally> => {
  const folder = await mkdtemp(join(tmpdir(), 'takaro-report-'));
  try {
    const file = join(folder, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const code = await showTool('vitest', ['run', ...reporters, ...args], {
      TAKARO_TEST_LONG: options.long ? '1' : '0',
      // Only a run of everything can tell what no test produced.
      TAKARO_TEST_WHOLE: !options.long && args.length === 0 ? '1' : '0',
    });
    const text = await readFile(file, 'utf8').catch(() => null);
    return text === null ? { passed: 0, failed: 1 } : tallyOf(JSON.parse(text) as Report, code);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
