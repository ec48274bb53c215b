import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';

/** Runs in a thread of its own: V8 cannot be asked to stop a regular expression, a thread can be ended. */
const THREAD = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ regex, text }) => {
    let found = false;
    try { found = new RegExp(regex).test(text); } catch {}
    parentPort.postMessage(found);
  });
  parentPort.postMessage('ready');
`;

/** V8's own regular expressions with a hard limit of time. One at a time: each costs at most the limit and a new thread. */
export class IsolatedPatterns implements AsyncDisposable {
  readonly #limitMs: number;
  readonly #log: Logger;
  #thread: Promise<Worker> | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ limitMs, log }: { readonly limitMs: number; readonly log: Logger }) {
    this.#limitMs = limitMs;
    this.#log = log;
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
    this.#thread ??= startThread();
    const thread = await this.#thread;
    const answer = once(thread, 'message', { signal: AbortSignal.timeout(this.#limitMs) });
    thread.postMessage({ regex, text });
    try {
      const [found] = await answer;
      return found === true;
    } catch {
      this.#thread = null;
      await thread.terminate();
      this.#log.warn({ limitMs: this.#limitMs }, 'pattern took too long');
      return false;
    }
  }
}

async function startThread(): Promise<Worker> {
  const thread = new Worker(THREAD, { eval: true, env: {}, resourceLimits: { maxOldGenerationSizeMb: 32 } });
  await once(thread, 'message');
  thread.unref();
  return thread;
}
