import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keys, keysCommand, watchSession } from './keys-while-running.ts';
import { startTakaro, type TakaroProcess } from './takaro-process.ts';

const execute = promisify(execFile);
const README = resolve(import.meta.dirname, '..', '..', 'README.md');

/** The command blocks of README, with the ports and the folder of this run in place of the defaults. */
async function commandBlocks(takaroProcess: TakaroProcess): Promise<string[]> {
  const { port, folder } = takaroProcess;
  const text = await readFile(README, 'utf8');
  // The demo takes another port for orders where the one after the connectors' is taken, and says which.
  const controlHost = /127\.0\.0\.1:\d+/.exec(await takaroProcess.line(/POST \/say .* is answered on /))?.[0] ?? '';
  const ours = (block: string): string =>
    block
      .replaceAll('127.0.0.1:3000', `127.0.0.1:${port}`)
      .replaceAll('127.0.0.1:3005', controlHost)
      .replaceAll('./.takaro/', `${folder}/`)
      .replaceAll(' .takaro/', ` ${folder}/`);
  return [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => ours(block));
}

const LONG = { timeout: 30_000, interval: 200 };

let takaro: TakaroProcess;

beforeAll(async () => {
  takaro = await startTakaro();
  await takaro.line(/^demo: \/ping was answered with "/);
}, 240_000);

afterAll(async () => {
  await takaro[Symbol.asyncDispose]();
}, 60_000);

test('a player who types /ping in the demo is answered by the function of the command', async () => {
  expect(await takaro.line(/^demo: /)).toBe('demo: /ping was answered with "Pong, Alice!"');
});

test('every command block of README works as it is written', async () => {
  const [signIn = '', players = '', say = '', executions = '', events = '', ...others] = await commandBlocks(takaro);
  const run = async (block: string) =>
    (await execute('bash', ['-euo', 'pipefail', '-c', `${signIn}\n${block}`])).stdout.trim().split('\n').slice(1).join('\n');
  const pings = (): number => takaro.lines.filter((line) => line.includes('Pong, Alice!')).length;
  const before = pings();

  expect(others).toEqual([]);
  expect((await execute('bash', ['-euo', 'pipefail', '-c', signIn])).stdout).toMatch(/^signed in to [a-z]+-[a-z]+-[a-z]+\n$/);
  expect(await run(players)).toBe('Alice');
  await run(say);
  await expect.poll(pings, { timeout: 20_000 }).toBeGreaterThan(before);
  expect(await run(executions)).toBe('succeeded: Alice asked');
  expect(await run(events)).toMatch(/^[1-9]\d* commands so far$/);
}, 90_000);

test('every service is ready, and the page to read the API is there', async () => {
  const ready = await (await fetch(`http://127.0.0.1:${takaro.port}/readyz`)).json();
  const page = await fetch(`http://127.0.0.1:${takaro.port}/api.html`);

  expect(ready).toEqual({ healthy: true });
  expect(page.status).toBe(200);
  await page.arrayBuffer();
});

test('keys of every kind are rotated while the system runs: nobody is signed out, and no request is refused', async () => {
  await using session = await watchSession(takaro);

  for (const what of [['signing-keys', 'all'], ['secrets-key'], ['database-password', 'all']]) await keys(takaro, ['rotate', ...what]);
  expect(await keysCommand(takaro, 'list')).toMatch(/signing-keys +tenancy +older/);
  // A service takes up its keys within a second, and what the gateway keeps of a session is as old as two.
  await delay(3_500);
  await expect.poll(() => keys(takaro, ['list']), LONG).toMatch(/not sealed with the current key: 0$/);
  await expect(keys(takaro, ['retire', 'signing-keys', 'tenancy'])).rejects.toThrow(/may be on their way/);
  for (const what of [['signing-keys', 'all'], ['secrets-key']]) await keys(takaro, ['retire', ...what], true);
  await delay(2_000);

  expect(Object.keys(session.take())).toEqual(['200']);
  expect(await keys(takaro, ['list'])).not.toContain(' older ');
}, 90_000);

test('every service comes back by itself with new credentials when the old ones are revoked', async () => {
  await using session = await watchSession(takaro);

  for (const act of ['rotate', 'retire']) await keys(takaro, [act, 'bus-credentials', 'all']);
  await expect.poll(async () => (await fetch(`http://127.0.0.1:${takaro.port}/readyz`)).status, LONG).toBe(200);
  const meanwhile = session.take();
  await delay(1_000);

  // Whom the server dropped in the middle was not refused, but unavailable for a moment.
  for (const status of Object.keys(meanwhile)) expect(['200', '503', '504']).toContain(status);
  expect(Object.keys(session.take())).toEqual(['200']);
}, 90_000);

test('one Ctrl-C ends all of it cleanly', async () => {
  expect(await takaro.stop()).toBe(0);

  await expect(fetch(`http://127.0.0.1:${takaro.port}/healthz`)).rejects.toThrow();
}, 60_000);
