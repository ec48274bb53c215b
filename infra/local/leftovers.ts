import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { codeOf } from './problem.ts';

const execute = promisify(execFile);
const POLL_MS = 50;

/** Whether a process of this id runs, whoever owns it. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
};

/** Its command line, empty when it is gone. */
export const commandOf = async (pid: number): Promise<string> => {
  const known = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (known !== undefined) return known.replaceAll('\0', ' ').trim();
  const { stdout } = await execute('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.trim();
};

export interface Leftover {
  /** Its first line is the process id. */
  readonly pidFile: string;
  /** The command line must contain this: ids are used again for other programs. */
  readonly mark: string;
  readonly signal: NodeJS.Signals;
}

/** Ends a server that outlived whoever started it. Answers whether there was one. */
export const endLeftover = async ({ pidFile, mark, signal }: Leftover): Promise<boolean> => {
  const text = await readFile(pidFile, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  if (!(pid > 1) || !isAlive(pid) || !(await commandOf(pid)).includes(mark)) return false;
  process.kill(pid, signal);
  for (let waitedMs = 0; isAlive(pid) && waitedMs < 15_000; waitedMs += POLL_MS) await delay(POLL_MS);
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  while (isAlive(pid)) await delay(POLL_MS);
  return true;
};
