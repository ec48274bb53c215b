import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '@takaro/infra/local/ports';
import { prepareNats, type PreparedNats } from '@takaro/infra/nats/prepare';

const execute = promisify(execFile);

export interface NatsServer extends PreparedNats, AsyncDisposable {
  readonly folder: string;
}

/** A nats-server of its own in operator mode, with keys, credentials and streams below `folder`. */
export async function startNatsServer(folder: string): Promise<NatsServer> {
  const port = await freePort();
  const prepared = await prepareNats({ folder: join(folder, 'nats'), port, storeFolder: join(folder, 'store') });
  const child = spawn(await findNatsServer(), ['-c', prepared.configFile], { stdio: 'ignore' });
  await untilListening(port);
  return {
    ...prepared,
    folder: join(folder, 'nats'),
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function untilListening(port: number): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    const socket = connect(port, '127.0.0.1');
    const open = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(() => false);
    socket.destroy();
    if (open) return;
    await delay(25);
  }
  throw new Error('nats-server did not start');
}

async function findNatsServer(): Promise<string> {
  const cache = join(tmpdir(), `takaro-nats-server-${process.getuid?.() ?? 0}`);
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', join(cache, 'usr', 'sbin')];
  for (const path of [process.env['NATS_SERVER'] ?? '', ...folders.map((folder) => join(folder, 'nats-server'))]) {
    if (
      path &&
      (await access(path).then(
        () => true,
        () => false,
      ))
    )
      return path;
  }
  const fresh = `${cache}.${process.pid}`;
  await mkdir(fresh, { recursive: true });
  await execute('apt-get', ['download', 'nats-server'], { cwd: fresh });
  const deb = (await readdir(fresh)).find((name) => name.endsWith('.deb')) ?? '';
  await execute('dpkg', ['-x', deb, '.'], { cwd: fresh });
  await rename(fresh, cache).catch(() => rm(fresh, { recursive: true, force: true }));
  return join(cache, 'usr', 'sbin', 'nats-server');
}
