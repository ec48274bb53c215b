import { showTool } from '../run-tool.ts';

process.exitCode = await showTool(process.execPath, ['bench/soak/main.ts', ...process.argv.slice(2)]);
