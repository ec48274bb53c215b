import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AttackRecord } from './attack-record.ts';
import type { Tally } from './checks.ts';
import { showTool } from './run-tool.ts';

export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly meta?: { readonly attack?: AttackRecord } }[];
  }[];
}

/** `long`: faults, abuse and load only; `all`: those and the fast ones. */
export type Selection = 'fast' | 'long' | 'all';
const LONG = { fast: '0', long: '1', all: 'all' } as const;

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
  const { report, code } = await reportTests(args, options.long ? 'long' : 'fast');
  return report ? tallyOf(report, code) : { passed: 0, failed: 1 };
};

/** The same, with vitest's own report; none when vitest did not come to write it. */
export const reportTests = async (
  args: readonly string[],
  selection: Selection,
): Promise<{ readonly report: Report | null; readonly code: number }> => {
  const folder = await mkdtemp(join(tmpdir(), 'takaro-report-'));
  try {
    const file = join(folder, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const code = await showTool('vitest', ['run', ...reporters, ...args], {
      TAKARO_TEST_LONG: LONG[selection],
      // Only a run of everything can tell what no test produced.
      TAKARO_TEST_WHOLE: selection === 'fast' && args.length === 0 ? '1' : '0',
    });
    const text = await readFile(file, 'utf8').catch(() => null);
    return { report: text === null ? null : (JSON.parse(text) as Report), code };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
