import { showTool } from '../run-tool.ts';

process.exitCode = await showTool(process.execPath, ['tests/faults/main.ts', ...process.argv.slice(2)]);
