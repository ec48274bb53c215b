import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startChild } from './child.ts';
import { isAlive } from './leftovers.ts';
import { temporaryFolder } from './temporary-folder.ts';

const node = (code: string) => ({ command: process.execPath, args: ['-e', code] });
const IDLE = 'setInterval(() => {}, 1000)';

test('a process that ends by itself is started again, and the log says so', async () => {
  const lines: string[] = [];
  await using child = await startChild({ name: 'x', ...node(IDLE), restart: true, log: (line) => lines.push(line) });
  const first = child.pid() ?? 0;

  process.kill(first, 'SIGKILL');

  await expect.poll(() => child.pid() !== first && child.pid() !== undefined && isAlive(child.pid() ?? 0), { timeout: 5_000 }).toBe(true);
  expect(lines).toEqual(['ended by itself (signal SIGKILL); starting it again in 250 ms']);
});

test('a process that ends before it is ready is told with its last lines', async () => {
  const starting = startChild({
    name: 'x',
    ...node('console.log("why"); process.exit(3)'),
    isReady: async () => false,
    log: () => undefined,
  });

  await expect(starting).rejects.toMatchObject({ message: 'x ended before it was ready (exit code 3)', lines: ['why'] });
});

test('a program that is not there is told', async () => {
  const starting = startChild({ name: 'x', command: '/nowhere', args: [], log: () => undefined });

  await expect(starting).rejects.toThrow(/x ended before it was ready \(.*ENOENT/);
});

test('a process that does not heed the signal is killed after its time', async () => {
  const lines: string[] = [];
  const stubborn = `process.on('SIGTERM', () => console.log('no')); console.log('up'); ${IDLE}`;
  const child = await startChild({
    name: 'x',
    ...node(stubborn),
    isReady: async () => lines.includes('up'),
    stopTimeoutMs: 200,
    log: (line) => lines.push(line),
  });
  const pid = child.pid() ?? 0;

  await child[Symbol.asyncDispose]();

  expect(isAlive(pid)).toBe(false);
  expect(lines).toContain('no');
});

test('a service ends when the supervisor is killed', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'supervisor.ts');
  const program = join(folder.path, 'program.ts');
  await writeFile(program, `import { writeFileSync } from 'node:fs'; writeFileSync('${folder.path}/pid', String(process.pid)); ${IDLE}`);
  const imported = JSON.stringify(join(import.meta.dirname, 'supervisor.ts'));
  await writeFile(
    file,
    `import { startProgram } from ${imported}; await startProgram('p', ${JSON.stringify(program)}, { env: process.env, restart: true, log: console.log });
     setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1000);`,
  );

  await promisify(execFile)(process.execPath, [file]).catch((error: unknown) => expect(error).toMatchObject({ signal: 'SIGKILL' }));

  const pid = Number(await readFile(join(folder.path, 'pid'), 'utf8'));
  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
});

test('a process that is held stays down until it is let go, and holding is no failure', async () => {
  const lines: string[] = [];
  await using child = await startChild({ name: 'x', ...node(IDLE), restart: true, log: (line) => lines.push(line) });
  const first = child.pid() ?? 0;

  const { ending, letGo } = await child.hold('SIGKILL');

  expect(ending).toBe('signal SIGKILL');
  expect(isAlive(first)).toBe(false);
  expect(child.pid()).toBeUndefined();
  letGo();
  await expect.poll(() => isAlive(child.pid() ?? 0), { timeout: 5_000 }).toBe(true);
  expect(lines).toEqual([]);
});

test('a process that is held ends with the scope', async () => {
  const child = await startChild({ name: 'x', ...node(IDLE), restart: true, log: () => undefined });
  await child.hold();

  await child[Symbol.asyncDispose]();

  expect(child.pid()).toBeUndefined();
});
