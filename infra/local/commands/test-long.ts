import { runTests } from '../tests.ts';

const { passed, failed } = await runTests(process.argv.slice(2), { long: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
