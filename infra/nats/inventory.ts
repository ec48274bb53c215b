import { setTimeout as delay } from 'node:timers/promises';
import {
  type ClusterInfo,
  type ConsumerInfo,
  jetstreamManager,
  type JetStreamManager,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import { Problem } from '../local/problem.ts';

const POLL_MS = 250;
/** Servers of a cluster hear of one another every second. */
const AWAY_MS = 5_000;

/** https://github.com/nats-io/jsm.go, `io.nats.jetstream.api.v1.consumer_names_response` */
interface ConsumerNames {
  readonly consumers?: readonly string[] | null;
  readonly total?: number;
  readonly error?: { readonly description: string };
}

interface Named {
  readonly name: string;
}

interface Look<T> {
  readonly listed: readonly T[];
  /** The names of those that are there, and not listed. */
  readonly untold: readonly string[];
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
    return (await this.#all(() => this.#lookAtStreams())).map(({ config }) => config);
  }

  /** All of a stream. @throws Problem when one has nobody who leads it for too long */
  async consumers(stream: string): Promise<readonly ConsumerInfo[]> {
    return this.#all(() => this.#lookAtConsumers(stream));
  }

  /**
   * Who leads what at the moment, and who is away: it changes with each server that goes or comes back. Undefined while something has nobody who
   * leads it. Of one server alone it is always the same.
   */
  async standing(): Promise<string | undefined> {
    const streams = await this.#lookAtStreams();
    if (streams.untold.length > 0) return undefined;
    const all = streams.listed.map(standingOf);
    for (const { name } of streams.listed) {
      const consumers = await this.#lookAtConsumers(name);
      if (consumers.untold.length > 0) return undefined;
      all.push(...consumers.listed.map((consumer) => `${name} ${standingOf(consumer)}`));
    }
    return all.toSorted().join('\n');
  }

  #lookAtStreams(): Promise<Look<StreamInfo & Named>> {
    const list = Array.fromAsync(this.manager.streams.list()).then((all) => all.map((info) => ({ ...info, name: info.config.name })));
    return this.#look(list, this.streamNames());
  }

  #lookAtConsumers(stream: string): Promise<Look<ConsumerInfo>> {
    return this.#look(Array.fromAsync(this.manager.consumers.list(stream)), this.consumerNames(stream));
  }

  async #look<T extends Named>(list: Promise<T[]>, names: Promise<ReadonlySet<string>>): Promise<Look<T>> {
    const [listed, all] = await Promise.all([list, names]);
    const told = new Set(listed.map(({ name }) => name));
    return { listed, untold: [...all].filter((name) => !told.has(name)) };
  }

  async #all<T>(look: () => Promise<Look<T>>): Promise<readonly T[]> {
    const deadline = Date.now() + this.#options.patienceMs;
    for (; ; await delay(POLL_MS)) {
      const { listed, untold } = await look();
      if (untold.length === 0) return listed;
      if (Date.now() > deadline)
        throw new Problem(`Too few servers of NATS are there to tell of ${untold.join(', ')}: start the others, too.`);
    }
  }
}

const standingOf = ({ name, cluster }: Named & { readonly cluster?: ClusterInfo }): string => {
  const away = (cluster?.replicas ?? []).filter(({ active }) => active > nanos(AWAY_MS)).map((replica) => replica.name);
  return [name, cluster?.leader, 'without', ...away.toSorted()].join(' ');
};
