import { existsSync, lstatSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface Sealed {
  /** Absolute paths that stay readable, at the same place. */
  readonly folders: readonly string[];
  readonly programs: readonly string[];
  /** What runs in there. */
  readonly run: readonly string[];
}

/** Where programs look for what loads them; the first two are links on most systems. */
const LIBRARY_LINKS = ['/lib', '/lib64'];
const LOADERS = ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1', '/lib/ld-musl-x86_64.so.1', '/lib/ld-musl-aarch64.so.1'];
/** Any folder will do: only the process and what it starts see what is mounted there. */
const PLACES = ['/mnt', '/media', '/srv', '/opt', '/tmp'];

/**
 * A script for a shell in a mount namespace of its own: it puts the folders and programs, read only, into an empty file system, makes
 * that the root and goes on as `run`. From a root that was changed this way nobody without privileges comes back, nor can they make
 * namespaces of their own.
 * @throws Error where there is no place for it
 */
export function sealScript({ folders, programs, run }: Sealed): string {
  const links = LIBRARY_LINKS.filter((path) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink());
  const libraries = libraryFolders();
  const files = [...programs, ...LOADERS.filter(existsSync).map((path) => join(realpathSync(dirname(path)), basename(path)))].filter(
    (path) => !libraries.some((folder) => dirname(path) === folder),
  );
  const all = [...new Set([...folders, ...libraries])];
  const place = PLACES.find((path) => existsSync(path) && ![...all, ...files].some((one) => one.startsWith(`${path}/`)));
  if (place === undefined) throw new Error('There is no folder for the root of a process for functions');
  const made = [...new Set([...all, ...files.map((path) => dirname(path))])];
  const mounts = [...all, ...files].map((path) => `${escaped(path)} ${escaped(place + path)} none bind,ro,nosuid,nodev 0 0`);
  return [
    'set -e',
    `mount -t tmpfs -o size=1m,nr_inodes=4096,mode=755,nosuid,nodev tmpfs ${place}`,
    `cd ${place}`,
    `mkdir -p ${made.map((path) => quoted(`.${path}`)).join(' ')}`,
    ...files.map((path) => `: > ${quoted(`.${path}`)}`),
    ...links.map((path) => `ln -s ${quoted(readlinkSync(path))} .${path}`),
    `printf '%s\\n' ${mounts.map(quoted).join(' ')} > mounts`,
    'mount -a -T mounts',
    'rm mounts',
    `exec chroot . ${run.map(quoted).join(' ')}`,
  ].join('\n');
}

/** Those that this process has its libraries from: the process inside is the same program. */
function libraryFolders(): string[] {
  const mapped = readFileSync('/proc/self/maps', 'utf8').matchAll(/ (\/\S+\.so(?:\.\S+)?)$/gm);
  return [...new Set([...mapped].map(([, path = '']) => dirname(realpathSync(path))))];
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
/** As the table of mounts has it. */
const escaped = (path: string): string => path.replaceAll(/[\s\\#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
