import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';

/**
 * A thread of its own with a context that knows a pattern and a text, nothing else. The limit is kept in the thread, where it counts
 * from the moment the pattern begins, so that a busy machine does not make patterns fail that never ran.
 */
const THREAD = `
  const { parentPort, workerData } = require('node:worker_threads');
  const vm = require('node:vm');
  const context = vm.createContext({ regex: '', text: '' });
  const script = new vm.Script('new RegExp(regex).test(text)');
  parentPort.on('message', ({ regex, text }) => {
    Object.assign(context, { regex, text });
    try {
      parentPort.postMessage(script.runInContext(context, { timeout: workerData.limitMs }) ? 'found' : 'not found');
    } catch (error) {
      parentPort.postMessage(error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? 'too long' : 'not found');
    }
  });
  parentPort.postMessage('ready');
`;

/** A thread that does not even answer that it took too long is ended after so many times the limit. */
const STUCK = 20;

interface Options {
  readonly limitMs: number;
  readonly log: Logger;
}

/** V8's own regular expressions with a hard limit of time, one at a time. */
export class IsolatedPatterns implements AsyncDisposable {
  readonly #options: Options;
  #thread: Promise<Worker> | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: Options) {
    this.#options = options;
  }

  matches(regex: string, text: string): Promise<boolean> {
    const result = this.#turn.then(() => this.#run(regex, text));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn;
    await (await this.#thread)?.terminate();
  }

  async #run(regex: string, text: string): Promise<boolean> {
    const { limitMs, log } = this.#options;
    this.#thread ??= startThread(limitMs);
    const thread = await this.#thread;
    const answer = once(thread, 'message', { signal: AbortSignal.timeout(limitMs * STUCK) });
    thread.postMessage({ regex, text });
    try {
      const [verdict] = await answer;
      if (verdict === 'too long') log.warn({ limitMs }, 'pattern took too long');
      return verdict === 'found';
    } catch (error) {
      this.#thread = null;
      await thread.terminate();
      log.warn({ limitMs, err: error }, 'thread of patterns ended');
      return false;
    }
  }
}

async function startThread(limitMs: number): Promise<Worker> {
  const thread = new Worker(THREAD, { eval: true, env: {}, workerData: { limitMs }, resourceLimits: { maxOldGenerationSizeMb: 32 } });
  await once(thread, 'message');
  thread.unref();
  return thread;
}
