import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readCommand } from '@takaro/infra/keys/command';
import { findInstallation } from '@takaro/infra/keys/installation';
import { runKeys } from '@takaro/infra/keys/run';
import type { TakaroProcess } from './takaro-process.ts';

const execute = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '..', '..');

/** `npm run keys -- …` on the data folder of a system, and what it prints. */
export const keysCommand = async ({ folder }: TakaroProcess, ...args: string[]): Promise<string> =>
  (await execute(process.execPath, ['infra/local/bootstrap.mjs', 'keys', ...args, '--data', folder], { cwd: ROOT })).stdout.trim();

/** What that command does, without the seconds that a process of its own takes. */
export async function keys({ folder }: TakaroProcess, args: readonly string[], now = false): Promise<string> {
  const installation = await findInstallation({ data: folder, databaseUrl: undefined, natsUrl: undefined });
  const lines: string[] = [];
  await runKeys(readCommand(args), { installation, now, print: (line) => lines.push(line) });
  return lines.join('\n');
}

export interface Watch extends AsyncDisposable {
  /** How often each status was answered since the last call. */
  take(): Record<number, number>;
}

const PAUSE_MS = 20;

/** Somebody who signed in once and reads something of two services, again and again. */
export async function watchSession({ port, folder }: TakaroProcess): Promise<Watch> {
  const url = `http://127.0.0.1:${port}`;
  const { email: username } = JSON.parse(await readFile(join(folder, 'demo.json'), 'utf8'));
  const password = (await readFile(join(folder, 'demo-password'), 'utf8')).trim();
  const post = (path: string, body: object, headers: object = {}): Promise<Response> =>
    fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  const { data } = (await (await post('/login', { username, password })).json()) as { data: { token: string } };
  const headers = { authorization: `Bearer ${data.token}` };
  let counts: Record<number, number> = {};
  let stopped = false;
  const read = async (): Promise<void> => {
    while (!stopped) {
      for (const answer of [await fetch(`${url}/me`, { headers }), await post('/gameserver/search', {}, headers)]) {
        counts[answer.status] = (counts[answer.status] ?? 0) + 1;
        await answer.arrayBuffer();
      }
      await delay(PAUSE_MS);
    }
  };
  const reading = read();
  return {
    take: () => {
      const taken = counts;
      counts = {};
      return taken;
    },
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      await reading;
    },
  };
}
