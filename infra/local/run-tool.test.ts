import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

const MODULE = new URL('run-tool.ts', import.meta.url).href;
const TOOL = 'console.log("tool", process.pid); setInterval(() => undefined, 1000);';
const OUTER = `const { showTool } = await import(${JSON.stringify(MODULE)});
await showTool(process.execPath, ['-e', ${JSON.stringify(TOOL)}]);
console.log('went on');`;

test('who ends a command ends the tool that it shows, and nothing follows', async () => {
  const outer = spawn(process.execPath, ['--input-type=module', '-e', OUTER], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  outer.stdout.setEncoding('utf8').on('data', (part: string) => (said += part));
  await expect.poll(() => said).toMatch(/tool \d+/);

  outer.kill('SIGTERM');

  expect(await once(outer, 'close')).toEqual([143, null]);
  expect(said).not.toContain('went on');
  const pid = Number(/tool (\d+)/.exec(said)?.[1]);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
