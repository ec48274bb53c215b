import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

export interface ToolRun {
  readonly code: number;
  readonly output: string;
}

/** Runs a tool of `node_modules/.bin` in the root of the workspace and keeps what it says. */
export const runTool = async (command: string, args: readonly string[]): Promise<ToolRun> => {
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
  const parts: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part: string) => parts.push(part));
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exit) => resolve(exit ?? 1));
  });
  return { code, output: parts.join('') };
};

/** Runs a tool whose output belongs on the screen as it comes. When this process is told to end, the tool is, and what would follow it does not run. */
export const showTool = async (command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> => {
  const child = spawn(command, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  });
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
    child.kill('SIGTERM');
  };
  process.on('SIGTERM', stop);
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exit) => resolve(exit ?? 1));
  });
  process.off('SIGTERM', stop);
  if (isStopped) process.exit(ENDED_BY_SIGTERM);
  return code;
};

/** As shells have it: 128 and the number of the signal. */
const ENDED_BY_SIGTERM = 143;
