import { runChecks, sum } from '../checks.ts';
import { runTests } from '../tests.ts';

// The check first: it takes seconds. The line at the end sums up both.
const checks = await runChecks(console.log);
const tests = await runTests(process.argv.slice(2), { long: false });
const { passed, failed } = sum(checks, tests);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
