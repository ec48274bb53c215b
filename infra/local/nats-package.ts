import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The first release of Debian with a nats-server that keeps what it acknowledged in a cluster: 2.10.27. Signed with keys that Debian 12 has. */
const LATER = 'trixie';

/** Lists and cache of one's own: no root is needed and nothing of the system is touched. */
const ownLists = async (work: string): Promise<string[]> => {
  const places = { 'Dir::State': join(work, 'state'), 'Dir::Cache': join(work, 'cache') };
  for (const place of [join(work, 'state', 'lists', 'partial'), join(work, 'cache', 'archives', 'partial')]) {
    await mkdir(place, { recursive: true });
  }
  const options = { ...places, 'Dir::State::status': '/var/lib/dpkg/status', 'APT::Sandbox::User': '' };
  return Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
};

/** Where the system's packages come from, if it is a Debian. */
const archiveOf = async (): Promise<string | undefined> => {
  const { stdout } = await execute('apt-get', ['indextargets', '--format', '$(REPO_URI) $(COMPONENT)']);
  const lines = stdout.split('\n').map((line) => line.split(' '));
  return lines.find(([url = '', component]) => component === 'main' && url.endsWith('/debian/'))?.[0];
};

/** Lists of a later release from the same archive, whose signature is checked as ever. @throws Error when the system is no Debian */
const laterLists = async (work: string): Promise<string[]> => {
  const archive = await archiveOf();
  if (archive === undefined) throw new Error('no archive of Debian is known here');
  const sources = join(work, 'sources.list');
  await writeFile(sources, `deb [signed-by=${KEYS}] ${archive} ${LATER} main\n`);
  return [...(await ownLists(work)), '-o', `Dir::Etc::sourcelist=${sources}`, '-o', 'Dir::Etc::sourceparts=-'];
};

/** `apt-get download` into `work`, with the system's lists, or with own ones where those are missing or a later release is wanted. */
const download = async (work: string, release: PackageRelease, log: (line: string) => void): Promise<void> => {
  const run = (args: readonly string[]) => execute('apt-get', args, { cwd: work, timeout: 180_000 });
  if (release === 'own') {
    const isDone = await run(['download', '-o', 'APT::Sandbox::User=', 'nats-server']).then(
      () => true,
      () => false,
    );
    if (isDone) return;
    log('the system has no package lists; fetching them into the cache');
  }
  const options = release === 'own' ? await ownLists(work) : await laterLists(work);
  await run([...options, 'update']);
  await run([...options, 'download', 'nats-server']);
};

/** Of the system itself, or the later one. */
export type PackageRelease = 'own' | 'later';

/** The nats-server of the package archive, unpacked into `folder`; installs nothing. @throws Error when there is no apt or no such package */
export const unpackPackage = async (folder: string, release: PackageRelease, log: (line: string) => void): Promise<string> => {
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, 'package-'));
  try {
    await download(work, release, log);
    const file = (await readdir(work)).find((name) => name.endsWith('.deb'));
    if (file === undefined) throw new Error('apt-get left no package');
    await execute('dpkg', ['-x', join(work, file), join(work, 'content')]);
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
