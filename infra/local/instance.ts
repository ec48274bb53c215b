import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from './files.ts';
import { commandOf, isAlive } from './leftovers.ts';
import { codeOf, Problem } from './problem.ts';

export interface Instance extends AsyncDisposable {
  /** The one before did not end in order: something of it may still run. */
  readonly tookOver: boolean;
}

const take = (path: string): Promise<boolean> =>
  writeFile(path, `${process.pid}\n`, { flag: 'wx' }).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    },
  );

/** One `npm start` at a time on a data folder. @throws Problem if another one runs */
export const claimFolder = async (folder: string): Promise<Instance> => {
  const path = join(folder, 'running.pid');
  const release = async (): Promise<void> => rm(path, { force: true });
  if (await take(path)) return { tookOver: false, [Symbol.asyncDispose]: release };
  const pid = Number.parseInt((await readIfThere(path)) ?? '', 10);
  if (pid > 1 && isAlive(pid) && pid !== process.pid && (await commandOf(pid)).includes('start.ts')) {
    throw new Problem(`Takaro runs already on ${folder} (process ${pid}): end it with Ctrl-C, or choose another folder with --data.`);
  }
  await rm(path, { force: true });
  if (!(await take(path))) throw new Problem(`Takaro is being started on ${folder} by another process: choose another folder with --data.`);
  return { tookOver: true, [Symbol.asyncDispose]: release };
};
