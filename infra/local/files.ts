import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, Problem } from './problem.ts';

/** Whole or not at all, readable by its owner only. */
export const writeSecret = async (path: string, text: string): Promise<void> => {
  const half = `${path}.new`;
  await writeFile(half, text, { mode: 0o600 });
  await chmod(half, 0o600);
  await rename(half, path);
};

/** Undefined if there is no such file. */
export const readIfThere = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });

/** The text of the file; made and kept at the first call. Space around it does not count. */
export const keptSecret = async (path: string, make: () => string | Promise<string>): Promise<string> => {
  const known = (await readIfThere(path))?.trim();
  if (known !== undefined && known !== '') return known;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const text = await make();
  await writeSecret(path, `${text}\n`);
  return text;
};

/** Makes the folder of all state. @throws Problem */
export const openDataFolder = async (path: string): Promise<void> => {
  try {
    await mkdir(path, { recursive: true });
    const { uid } = await stat(path);
    const me = process.getuid?.();
    if (me !== undefined && uid !== me) {
      throw new Problem(`The data folder ${path} belongs to another user: start as that user, or choose another folder with --data.`);
    }
    await writeSecret(`${path}/.writable`, '');
  } catch (error) {
    if (error instanceof Problem) throw error;
    const reason =
      codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOTDIR' ? 'is no folder' : `cannot be written (${codeOf(error) ?? String(error)})`;
    throw new Problem(`The data folder ${path} ${reason}: choose another with --data.`, { cause: error });
  }
};
