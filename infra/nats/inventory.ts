import { setTimeout as delay } from 'node:timers/promises';
import { type ConsumerInfo, jetstreamManager, type JetStreamManager, type StreamConfig } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Problem } from '../local/problem.ts';

const POLL_MS = 250;

/** https://github.com/nats-io/jsm.go, `io.nats.jetstream.api.v1.consumer_names_response` */
interface ConsumerNames {
  readonly consumers?: readonly string[] | null;
  readonly total?: number;
  readonly error?: { readonly description: string };
}

export interface InventoryOptions {
  /** For one answer. @default 5000 */
  readonly timeoutMs?: number;
  /** For how long whatever is there may have nobody who leads it. @default 30000 */
  readonly patienceMs?: number;
}

/**
 * The streams and consumers that there are. The servers of a cluster list those only that somebody leads at the moment and say nothing of the
 * others; the names are agreed upon by all of them.
 */
export class Inventory {
  readonly manager: JetStreamManager;
  readonly #nats: NatsConnection;
  readonly #options: Required<InventoryOptions>;

  private constructor(nats: NatsConnection, manager: JetStreamManager, options: Required<InventoryOptions>) {
    this.#nats = nats;
    this.manager = manager;
    this.#options = options;
  }

  static async open(nats: NatsConnection, { timeoutMs = 5_000, patienceMs = 30_000 }: InventoryOptions = {}): Promise<Inventory> {
    const manager = await jetstreamManager(nats, { checkAPI: false, timeout: timeoutMs });
    return new Inventory(nats, manager, { timeoutMs, patienceMs });
  }

  async streamNames(): Promise<ReadonlySet<string>> {
    return new Set(await Array.fromAsync(this.manager.streams.names()));
  }

  /** Of a stream that is there. @throws Error when it is not */
  async consumerNames(stream: string): Promise<ReadonlySet<string>> {
    const names = new Set<string>();
    for (let isWhole = false; !isWhole;) {
      const request = JSON.stringify({ offset: names.size });
      const answer = await this.#nats.request(`$JS.API.CONSUMER.NAMES.${stream}`, request, { timeout: this.#options.timeoutMs });
      const { consumers, total = 0, error } = answer.json<ConsumerNames>();
      if (error) throw new Error(error.description);
      for (const name of consumers ?? []) names.add(name);
      isWhole = !consumers?.length || names.size >= total;
    }
    return names;
  }

  /** All of them. @throws Problem when one has nobody who leads it for too long */
  async streams(): Promise<readonly StreamConfig[]> {
    const { manager } = this;
    const list = async () => (await Array.fromAsync(manager.streams.list())).map(({ config }) => config);
    return this.#all(list, () => this.streamNames());
  }

  /** All of a stream. @throws Problem when one has nobody who leads it for too long */
  async consumers(stream: string): Promise<readonly ConsumerInfo[]> {
    const { manager } = this;
    return this.#all(
      () => Array.fromAsync(manager.consumers.list(stream)),
      () => this.consumerNames(stream),
    );
  }

  async #all<T extends { readonly name: string }>(list: () => Promise<T[]>, names: () => Promise<ReadonlySet<string>>): Promise<T[]> {
    const deadline = Date.now() + this.#options.patienceMs;
    for (; ; await delay(POLL_MS)) {
      const listed = await list();
      const told = new Set(listed.map(({ name }) => name));
      const untold = [...(await names())].filter((name) => !told.has(name));
      if (untold.length === 0) return listed;
      if (Date.now() > deadline)
        throw new Problem(`Too few servers of NATS are there to tell of ${untold.join(', ')}: start the others, too.`);
    }
  }
}
