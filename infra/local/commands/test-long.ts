import { sum, type Tally } from '../checks.ts';
import { showTool } from '../run-tool.ts';
import { runTests } from '../tests.ts';

/** Says itself what it found; here only whether it was good counts. */
const harness = async (...args: readonly string[]): Promise<Tally> => {
  const code = await showTool(process.execPath, ['tests/faults/main.ts', ...args]);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
};

const args = process.argv.slice(2);
const tests = await runTests(args, { long: true });
// Named tests are asked for alone.
const { passed, failed } = args.length > 0 ? tests : sum(sum(tests, await harness()), await harness('--controls'));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
