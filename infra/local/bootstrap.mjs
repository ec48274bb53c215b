// The door for every npm script: plain JavaScript for any Node >= 20, without a dependency. It installs what the lockfile names
// when that changed, then goes on in the Node that the workspace pins.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PNPM = 'pnpm@12.21.0';
const OLDEST_NODE = 20;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const modules = join(root, 'node_modules');
const stamp = join(modules, '.takaro-installed');
const pinnedNode = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

const fail = (message) => {
  console.error(message);
  process.exit(1);
};

const wanted = () => {
  const hash = createHash('sha256').update(process.platform + process.arch);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
};

const installed = () => existsSync(pinnedNode) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted();

/** Signals are handed on, so that `kill` of this process ends the command in order as Ctrl-C does. */
const run = (command, args, options = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    const hand = (signal) => child.kill(signal);
    for (const signal of SIGNALS) process.on(signal, hand);
    child.on('error', (error) => fail(`Could not run ${command}: ${error.message}`));
    child.on('exit', (code, signal) => {
      for (const name of SIGNALS) process.off(name, hand);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  fail(`Takaro needs Node ${OLDEST_NODE} or newer to start; this is ${process.version}. Install one from https://nodejs.org.`);
}

if (!installed()) {
  console.error('Installing what the lockfile names (only when it changed) …');
  const shell = process.platform === 'win32';
  const code = await run('npx', ['--yes', PNPM, 'install', '--frozen-lockfile', '--reporter=append-only'], {
    shell,
    stdio: ['ignore', 2, 2],
  });
  if (code !== 0)
    fail(`Installing failed (${PNPM}, exit ${code}). The lines above say why; a network or registry problem is the usual cause.`);
  if (!existsSync(pinnedNode)) fail('The install brought no Node of its own: delete node_modules and try again.');
  writeFileSync(stamp, wanted());
}

const [command = 'start', ...rest] = process.argv.slice(2);
const file = join(root, 'infra', 'local', 'commands', `${command.replace(':', '-')}.ts`);
if (!existsSync(file)) fail(`There is no command "${command}".`);
const path = `${join(modules, '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`;
// Node keeps what it compiled, also without types: a service starts in half the processor time. Without it where it may not write there.
const compiled = process.env.NODE_COMPILE_CACHE ?? join(modules, '.cache', 'compiled');
process.exit(await run(pinnedNode, [file, ...rest], { env: { ...process.env, PATH: path, NODE_COMPILE_CACHE: compiled } }));
