import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '@takaro/infra/local/ports';

const ROOT = resolve(import.meta.dirname, '..', '..');

/** `npm start` on free ports and in a data folder of its own. */
export interface TakaroProcess extends AsyncDisposable {
  readonly lines: readonly string[];
  readonly folder: string;
  readonly port: number;
  /** Resolves with the first line that matches. @throws Error with the last lines when the process ends before */
  line(pattern: RegExp): Promise<string>;
  /** Sends Ctrl-C and answers the exit code. */
  stop(): Promise<number | null>;
}

export async function startTakaro(folder?: string): Promise<TakaroProcess> {
  const data = folder ?? (await mkdtemp(join(tmpdir(), 'takaro-start-')));
  // PostgreSQL runs as another user where we are root; where it cannot pass, its files would lie elsewhere and stay.
  await chmod(data, 0o755);
  const port = await freePort();
  const connectorsPort = await freePort();
  const args = ['infra/local/bootstrap.mjs', 'start', '--data', data, '--port', String(port), '--connectors-port', String(connectorsPort)];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const seen = new EventTarget();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      seen.dispatchEvent(new Event('line'));
    });
  }
  const exited = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null));
  const stop = async (): Promise<number | null> => {
    child.kill('SIGINT');
    return exited;
  };
  const line = async (pattern: RegExp): Promise<string> => {
    const found = (): string | undefined => lines.find((text) => pattern.test(text));
    let ended = false;
    void exited.then(() => {
      ended = true;
      seen.dispatchEvent(new Event('line'));
    });
    for (;;) {
      const text = found();
      if (text !== undefined) return text;
      if (ended) throw new Error(`It ended before ${String(pattern)}:\n${lines.slice(-20).join('\n')}`);
      await once(seen, 'line');
    }
  };
  return {
    lines,
    folder: data,
    port,
    line,
    stop,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) await stop();
      if (folder === undefined) await rm(data, { recursive: true, force: true });
    },
  };
}
