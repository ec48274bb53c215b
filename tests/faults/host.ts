import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { System, SystemOptions } from '@takaro/testing/system';
import type { Ground } from './fault.ts';
import { preloaded, without } from './outside.ts';
import { RESULTS } from './report.ts';
import { smallDisks } from './rows/disk.ts';
import { startBesieged } from './siege.ts';

const GROUNDS: Readonly<Record<Ground, SystemOptions>> = {
  plain: {},
  copies: { copies: 2, environment: preloaded },
  cluster: { natsNodes: 3, environment: preloaded },
  'copies on a cluster': { copies: 2, natsNodes: 3, environment: preloaded },
  moved: { environment: preloaded },
  disk: { furnish: smallDisks },
  'without dedupe': { fromSources: true, environment: without('dedupe') },
  'without fencing': { copies: 2, fromSources: true, environment: without('fencing') },
  'without acceptance': { fromSources: true, environment: without('acceptance') },
  'without drain': { fromSources: true, environment: without('drain') },
};

/** One system serves fault after fault of a ground, until one breaks it. What its processes write goes to a file. */
export class Host implements AsyncDisposable {
  readonly #log: WriteStream;
  #running: { readonly ground: Ground; readonly system: Promise<System> } | undefined;

  constructor() {
    mkdirSync(RESULTS, { recursive: true });
    this.#log = createWriteStream(join(RESULTS, 'system.log'));
  }

  /** @throws Skipped when this machine has no such ground */
  async system(ground: Ground): Promise<System> {
    if (this.#running?.ground === ground) return this.#running.system;
    await this[Symbol.asyncDispose]();
    const log = (name: string, line: string): void => void this.#log.write(`${new Date().toISOString()} ${name}: ${line}\n`);
    this.#running = { ground, system: startBesieged({ ...GROUNDS[ground], log }) };
    return this.#running.system;
  }

  note(text: string): void {
    this.#log.write(`--- ${text}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    // One that did not start has ended what it had begun.
    const system = await running?.system.catch(() => undefined);
    await system?.[Symbol.asyncDispose]();
  }
}
