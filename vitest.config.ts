import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

const LONG = '**/*.long.test.ts';

/** `TAKARO_TEST_LONG=1` turns the selection round: the long tests only (faults, abuse, load). `all` takes both. */
const selection = process.env['TAKARO_TEST_LONG'];
const long = selection === '1' || selection === 'all';

export default defineConfig({
  test: {
    include:
      selection === '1'
        ? [LONG]
        : ['packages/**/*.test.ts', 'services/**/*.test.ts', 'infra/**/*.test.ts', 'tests/**/*.test.ts', 'bench/**/*.test.ts'],
    exclude: long ? configDefaults.exclude : [...configDefaults.exclude, LONG],
    // Node's own loader and type stripping, as in production: no transformation stands between a test and the code.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    setupFiles: ['packages/testing/src/native-signatures.ts'],
    globalSetup: ['packages/testing/src/global-setup.ts'],
    pool: 'forks',
    // Files of a worker share the modules that they load, which would take as long again as a third of the tests.
    isolate: false,
    // Most of a test is waiting for servers and clocks, so more files than processors are under way; what takes long has the machine to itself:
    // how a function ends that takes what it gets depends on what it gets.
    maxWorkers: selection === '1' ? 1 : Math.max(4, availableParallelism() - 1),
    passWithNoTests: true,
    // Other files are at work on the same processors: an answer has four times as long as in production.
    env: { TAKARO_LIMIT_REQUEST_TIMEOUT_MS: '8000' },
    // What is waited for ends the wait; on a busy machine it may come late.
    expect: { poll: { timeout: 10_000, interval: 25 } },
    testTimeout: long ? 300_000 : 30_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
  },
});
