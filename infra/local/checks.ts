import { runTool } from './run-tool.ts';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

export const sum = (one: Tally, other: Tally): Tally => ({ passed: one.passed + other.passed, failed: one.failed + other.failed });

interface Check {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** A reason why a run that exited with 0 is no success. */
  readonly doubt?: (output: string) => string | undefined;
}

/** dependency-cruiser reads no module and reports success when it finds no TypeScript it understands; so the count is asserted. */
const LEAST_MODULES = 100;

export const doubtCruise = (output: string): string | undefined => {
  const modules = Number(/\((\d+) modules/.exec(output)?.[1] ?? 0);
  return modules > LEAST_MODULES ? undefined : `read only ${modules} modules, expected more than ${LEAST_MODULES}`;
};

export const CHECKS: readonly Check[] = [
  { name: 'format', command: 'oxfmt', args: ['--check', '.'] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', '--deny-warnings', '--report-unused-disable-directives'] },
  { name: 'types', command: 'tsc', args: ['-p', '.'] },
  { name: 'import rules', command: 'depcruise', args: ['packages', 'services', 'infra', 'tests', 'bench'], doubt: doubtCruise },
  { name: 'dead code', command: 'knip', args: ['--no-config-hints'] },
];

/** Runs every check, one after the other, even if one failed; a line for each and the output of those that failed. */
export const runChecks = async (say: (line: string) => void, checks: readonly Check[] = CHECKS): Promise<Tally> => {
  const tally = { passed: 0, failed: 0 };
  for (const { name, command, args, doubt } of checks) {
    const began = performance.now();
    const { code, output } = await runTool(command, args);
    const reason = code === 0 ? doubt?.(output) : `${command} exited with ${code}`;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    if (reason === undefined) tally.passed += 1;
    else tally.failed += 1;
    say(reason === undefined ? `ok      ${name} (${seconds} s)` : `FAILED  ${name} (${seconds} s): ${reason}\n${output.trimEnd()}`);
  }
  return tally;
};
