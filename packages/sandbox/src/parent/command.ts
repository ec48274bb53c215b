import { randomInt } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { release } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConfinementLevel } from '../confinement.ts';
import { sealScript } from './seal.ts';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** Services go before functions. */
export const NICE = 5;

export interface Confine {
  readonly level: ConfinementLevel;
  /** Another user than the parent, which has to be root. */
  readonly asOther: boolean;
  /** Leaves Node's permission model out: a stand-in, in tests, for code that is not JavaScript any more and asks the system itself. */
  readonly isNative?: boolean;
}

const SANDBOX = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');
const require = createRequire(import.meta.url);

/** For users that live as long as a process. Every container that maps users at all maps these. */
const USERS = { from: 61_184, to: 65_520 };
/** Threads of Node, of V8 and one for each isolate. */
const PROCESSES = 512;
const OPEN_FILES = 128;

/** The command that runs Node with `nodeArgs`, confined and nice. @throws Error where a program for that is missing */
export const commandOf = (confine: Confine, nodeArgs: readonly string[]): Command => ({
  file: programOf('nice'),
  args: ['-n', String(NICE), ...wordsOf(confine, nodeArgs)],
});

function wordsOf({ level, asOther, isNative }: Confine, nodeArgs: readonly string[]): string[] {
  const own = ownFolders();
  const node = [process.execPath, '--no-node-snapshot', '--disable-warning=SecurityWarning'];
  const permitted = level === 'none' || isNative ? node : [...node, ...permissionFlags(own)];
  const inner = [...permitted, ...nodeArgs];
  if (level === 'none' || level === 'permission') return inner;
  const stripped = [...limitFlags(level, asOther), ...privilegeFlags(level, asOther), ...inner];
  if (level === 'stripped') return stripped;
  // The first ends the namespaces when the parent is gone, whatever became of the process inside.
  const unshare = [programOf('setpriv'), '--pdeathsig', 'KILL', '--', programOf('unshare'), ...namespaceFlags(level, asOther), '--'];
  if (level === 'offline') return [...unshare, ...stripped];
  const tools = [programOf('setpriv'), programOf('prlimit'), process.execPath];
  return [...unshare, '/bin/sh', '-c', sealScript({ folders: own, programs: tools, run: stripped })];
}

/** Who is not root makes them in a user namespace; so does a root who may not, as in most containers. */
function namespaceFlags(level: 'sealed' | 'offline', asOther: boolean): string[] {
  const user = asOther ? [] : ['--map-root-user'];
  return [...user, '--net', '--pid', '--ipc', '--uts', ...(level === 'sealed' ? ['--mount'] : []), '--fork', '--kill-child'];
}

/** `--data` and `--as` would keep V8 from starting: memory is watched instead. */
function limitFlags(level: ConfinementLevel, asOther: boolean): string[] {
  const counted = asOther || (level !== 'stripped' && countsProcessesByNamespace());
  const processes = counted ? [`--nproc=${PROCESSES}:${PROCESSES}`] : [];
  return [programOf('prlimit'), '--core=0:0', '--fsize=0:0', `--nofile=${OPEN_FILES}:${OPEN_FILES}`, ...processes, '--'];
}

/** Before Linux 5.14 all processes of a user counted, whatever namespace they were in. */
function countsProcessesByNamespace(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return major > 5 || (major === 5 && minor >= 14);
}

function privilegeFlags(level: ConfinementLevel, asOther: boolean): string[] {
  const user = randomInt(USERS.from, USERS.to);
  const other = asOther ? [`--reuid=${user}`, `--regid=${user}`, '--clear-groups'] : [];
  // In a user namespace everybody may.
  const mayDropBounds = isRoot() || level !== 'stripped';
  const dropped = ['--no-new-privs', '--inh-caps=-all', '--ambient-caps=-all', ...(mayDropBounds ? ['--bounding-set=-all'] : [])];
  return [programOf('setpriv'), ...other, ...dropped, '--pdeathsig', 'KILL', '--'];
}

/** `--allow-addons` because isolated-vm is one; the rest is the code that the process loads. */
function permissionFlags(folders: readonly string[]): string[] {
  // node-gyp-build looks whether the last is there, and takes a refusal for a failure.
  const files = [...folders.map((folder) => `${folder}${sep}`), '/etc/alpine-release'];
  return ['--permission', '--allow-addons', ...files.map((file) => `--allow-fs-read=${file}`)];
}

function ownFolders(): string[] {
  const isolatedVm = folderOf('isolated-vm', require);
  const loader = folderOf('node-gyp-build', createRequire(`${isolatedVm}${sep}`));
  // The second is where a package manager that links its packages lets isolated-vm find it.
  return [...new Set([SANDBOX, isolatedVm, loader, join(dirname(isolatedVm), 'node-gyp-build'), folderOf('lru-cache', require)])];
}

/** The real folder of a package, wherever the package manager keeps it. */
function folderOf(name: string, from: NodeJS.Require): string {
  const file = realpathSync(from.resolve(name));
  const end = file.lastIndexOf(`${sep}node_modules${sep}${name}${sep}`);
  return file.slice(0, end + `${sep}node_modules${sep}${name}`.length);
}

export const findProgram = (name: string): string | undefined =>
  ['/usr/bin', '/bin', '/usr/sbin', '/sbin'].map((folder) => join(folder, name)).find(existsSync);

function programOf(name: string): string {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`This system has no ${name}`);
  return path;
}

const isRoot = (): boolean => process.getuid?.() === 0;

/** What to try, the best first. Where the code lies below a folder that is closed to others, only a sealed process reads it as another. */
export function attemptsOf(levels: readonly ConfinementLevel[]): Confine[] {
  const mayBeOther = (level: ConfinementLevel): boolean => isRoot() && level !== 'permission' && level !== 'none';
  return levels.flatMap((level) => [...(mayBeOther(level) ? [{ level, asOther: true }] : []), { level, asOther: false }]);
}
