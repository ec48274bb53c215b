import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** The process in which a side works; it tells over IPC when it is ready and which items are recorded. */
export interface WorkerProcess extends AsyncDisposable {
  readonly pid: number;
  /** Resolves when the worker has recorded the item. Ask before the item is sent. */
  recorded(item: number): Promise<void>;
}

/** Starts `file` with arguments and waits until it is ready. */
export async function startWorker(file: string, args: readonly string[]): Promise<WorkerProcess> {
  const child = fork(file, [...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const waiting = new Map<number, () => void>();
  const ready = Promise.withResolvers<void>();
  child.on('message', (message) => {
    if (message === 'ready') ready.resolve();
    else if (typeof message === 'number') {
      waiting.get(message)?.();
      waiting.delete(message);
    }
  });
  child.once('exit', (code) => ready.reject(new Error(`${file} ended with ${code}`)));
  await ready.promise;
  return {
    pid: child.pid ?? 0,
    recorded: async (item) => new Promise((resolve) => waiting.set(item, resolve)),
    [Symbol.asyncDispose]: async () => stop(child),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** For the worker's side. */
export const tell = (message: number | 'ready'): void => {
  process.send?.(message);
};
