import { showTool } from '../run-tool.ts';

// What documents say is asserted by tests; here the same tests write it.
process.exitCode = await showTool('vitest', ['run', '--update', '--testNamePattern', 'docs/', 'tests']);
