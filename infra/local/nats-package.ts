import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Lists and cache of one's own: no root is needed and nothing of the system is touched. */
const ownLists = async (work: string): Promise<string[]> => {
  const places = { 'Dir::State': join(work, 'state'), 'Dir::Cache': join(work, 'cache') };
  for (const place of [join(work, 'state', 'lists', 'partial'), join(work, 'cache', 'archives', 'partial')]) {
    await mkdir(place, { recursive: true });
  }
  const options = { ...places, 'Dir::State::status': '/var/lib/dpkg/status', 'APT::Sandbox::User': '' };
  return Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
};

/** `apt-get download` with the system's lists, or with own ones where those are missing. Answers the package's file. */
const download = async (work: string, log: (line: string) => void): Promise<string> => {
  const run = (args: readonly string[]) => execute('apt-get', args, { cwd: work, timeout: 180_000 });
  try {
    await run(['download', '-o', 'APT::Sandbox::User=', 'nats-server']);
  } catch {
    log('the system has no package lists; fetching them into the cache');
    const options = await ownLists(work);
    await run([...options, 'update']);
    await run([...options, 'download', 'nats-server']);
  }
  const file = (await readdir(work)).find((name) => name.endsWith('.deb'));
  if (file === undefined) throw new Error('apt-get left no package');
  return join(work, file);
};

/** The nats-server of the system's package archive, unpacked into `folder`; installs nothing. @throws Error when there is no apt or no such package */
export const unpackPackage = async (folder: string, log: (line: string) => void): Promise<string> => {
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, 'package-'));
  try {
    const file = await download(work, log);
    await execute('dpkg', ['-x', file, join(work, 'content')]);
    const half = join(work, 'nats-server');
    await cp(join(work, 'content', 'usr', 'sbin', 'nats-server'), half).catch(() =>
      cp(join(work, 'content', 'usr', 'bin', 'nats-server'), half),
    );
    const target = join(folder, 'nats-server');
    await rename(half, target);
    return target;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};
