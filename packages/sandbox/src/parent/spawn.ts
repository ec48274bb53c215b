import { spawn, type ChildProcess } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../child/main.ts', import.meta.url));
const require = createRequire(import.meta.url);

/**
 * Starts a process for functions: an empty environment, and with `permission` no file but its own code, no child processes and no
 * workers. The environment of Node and what it would inherit of open files stay here.
 */
export function spawnChild(permission: boolean): ChildProcess {
  return spawn(
    process.execPath,
    ['--no-node-snapshot', '--disable-warning=SecurityWarning', ...(permission ? permissionFlags() : []), ENTRY],
    {
      env: {},
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Slower than 'advanced' by some hundredths of a millisecond, and nothing to be attacked by whoever broke out of V8.
      serialization: 'json',
    },
  );
}

/** `--allow-addons` because isolated-vm is one; the rest is the code that the process loads. */
function permissionFlags(): string[] {
  const own = dirname(dirname(dirname(ENTRY)));
  const isolatedVm = folderOf('isolated-vm', require);
  const loader = folderOf('node-gyp-build', createRequire(`${isolatedVm}${sep}`));
  // The second is where a package manager that links its packages lets isolated-vm find it.
  const folders = [own, isolatedVm, loader, join(dirname(isolatedVm), 'node-gyp-build'), folderOf('lru-cache', require)];
  // node-gyp-build looks whether this is there, and takes a refusal for a failure.
  const files = [...folders.map((folder) => `${folder}${sep}`), '/etc/alpine-release'];
  return ['--permission', '--allow-addons', ...files.map((file) => `--allow-fs-read=${file}`)];
}

/** The real folder of a package, wherever the package manager keeps it. */
function folderOf(name: string, from: NodeJS.Require): string {
  const file = realpathSync(from.resolve(name));
  const end = file.lastIndexOf(`${sep}node_modules${sep}${name}${sep}`);
  return file.slice(0, end + `${sep}node_modules${sep}${name}`.length);
}
