import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ServiceError } from '@takaro/contracts/errors';
import type { ServiceContext } from '@takaro/process';
import { stepBack } from '@takaro/sandbox/step-back';
import type { HashDone, HashOrder } from './messages.ts';

/** The text to store, or to compare with what is stored: equal passwords of one identity give equal texts, since it has one salt. */
export type Hash = (password: string, salt: string) => Promise<string>;

export interface HashProcess extends AsyncDisposable {
  /** @throws ServiceError UNAVAILABLE when the process ended meanwhile */
  readonly hash: Hash;
}

const ENTRY = fileURLToPath(new URL('child.ts', import.meta.url));
/** Behind the services, and behind functions of domains that did no harm. */
const NICE = 10;

/**
 * Hashes in a process of its own that steps back behind everything else: however many sign in, what they burn is what others leave. It is
 * started when the first hash is asked for, and again when it is asked for after it ended.
 */
export function openHashProcess(log: ServiceContext['log']): HashProcess {
  const waiting = new Map<number, PromiseWithResolvers<string>>();
  let child: ChildProcess | undefined;
  let lastId = 0;
  let stopping = false;

  const settle = ({ id, hash }: HashDone): void => {
    if (hash === null) waiting.get(id)?.reject(new Error('A password could not be hashed'));
    else waiting.get(id)?.resolve(hash);
    waiting.delete(id);
  };
  const gone = (ended: ChildProcess, reason: unknown): void => {
    if (child !== ended) return;
    child = undefined;
    if (!stopping) log.warn({ reason }, 'the process that hashes passwords ended');
    for (const { reject } of waiting.values()) reject(new ServiceError('UNAVAILABLE'));
    waiting.clear();
  };
  const start = (): ChildProcess => {
    const { NODE_COMPILE_CACHE } = process.env;
    const env = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };
    const started = fork(ENTRY, { env, execArgv: [], detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    started.on('message', settle);
    started.on('error', (error) => gone(started, error));
    started.once('exit', (code, signal) => gone(started, signal ?? code));
    if (started.pid !== undefined) setPriority(started.pid, NICE);
    void stepBack(started.pid, NICE);
    return started;
  };

  return {
    hash: (password, salt) => {
      const answer = Promise.withResolvers<string>();
      lastId += 1;
      waiting.set(lastId, answer);
      child ??= start();
      child.send({ id: lastId, password, salt } satisfies HashOrder, () => undefined);
      return answer.promise;
    },
    [Symbol.asyncDispose]: async () => {
      stopping = true;
      if (child === undefined) return;
      const over = once(child, 'exit');
      child.disconnect();
      await over;
    },
  };
}
