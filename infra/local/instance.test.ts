import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDataFolder } from './files.ts';
import { claimFolder } from './instance.ts';
import { endLeftover, isAlive } from './leftovers.ts';
import { freePort, requirePort } from './ports.ts';
import { temporaryFolder } from './temporary-folder.ts';

const spawnIdle = async (mark: string): Promise<number> => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', mark], { stdio: 'ignore' });
  await once(child, 'spawn');
  return child.pid ?? 0;
};

test('a data folder on which another start runs is refused, with what to do', async () => {
  await using folder = await temporaryFolder();
  const pid = await spawnIdle('commands/start.ts');
  await writeFile(join(folder.path, 'running.pid'), `${pid}\n`);

  await expect(claimFolder(folder.path)).rejects.toThrow(`Takaro runs already on ${folder.path} (process ${pid}): end it`);
  process.kill(pid, 'SIGKILL');
});

test('a data folder of a start that was killed is taken over, also when its process id is in use again', async () => {
  await using folder = await temporaryFolder();
  const pid = await spawnIdle('another program');
  await writeFile(join(folder.path, 'running.pid'), `${pid}\n`);

  {
    await using instance = await claimFolder(folder.path);
    expect(instance.tookOver).toBe(true);
  }
  expect(await readdir(folder.path)).toEqual([]);
  expect(isAlive(pid)).toBe(true);
  process.kill(pid, 'SIGKILL');
});

test('a server that outlived its start is ended, and another program with its process id is left alone', async () => {
  await using folder = await temporaryFolder();
  const pidFile = join(folder.path, 'pid');
  const pid = await spawnIdle('--config=/here');
  await writeFile(pidFile, `${pid}\n`);

  expect(await endLeftover({ pidFile, mark: '/elsewhere', signal: 'SIGTERM' })).toBe(false);
  expect(isAlive(pid)).toBe(true);
  expect(await endLeftover({ pidFile, mark: '/here', signal: 'SIGTERM' })).toBe(true);
  expect(isAlive(pid)).toBe(false);
});

test('a data folder that is a file is refused in one line', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'file');
  await writeFile(path, '');

  await expect(openDataFolder(path)).rejects.toThrow(`The data folder ${path} is no folder: choose another with --data.`);
  await mkdir(join(folder.path, 'deep'));
  await expect(openDataFolder(join(folder.path, 'deep', 'er'))).resolves.toBeUndefined();
});

test('a port that is taken is told with its purpose and the option to change', async () => {
  const why = { host: '127.0.0.1', purpose: 'the API', option: '--port' };
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  await expect(requirePort(port, why)).rejects.toThrow(
    `Port ${port}, wanted for the API, is taken by another program: end that program or choose another port with --port.`,
  );
  await expect(requirePort(await freePort(), why)).resolves.toBeUndefined();
  server.close();
});
