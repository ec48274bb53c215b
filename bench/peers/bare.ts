import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import type { Contender } from '../contender.ts';
import { startWorker } from './worker-process.ts';

export interface BareOptions {
  readonly natsUrl: string;
  /** The text of a .creds file that may do everything in the account. */
  readonly credentials: string;
  /** Its path, for the worker. */
  readonly credentialsFile: string;
  readonly natsPid: number;
  readonly databaseUrl: string;
  readonly databasePid: number;
}

/**
 * The limit on this machine: two file streams, a new context per run in a warm isolate, one commit, nothing else. Whatever does more
 * than this cannot be faster.
 */
export async function bare(options: BareOptions): Promise<Contender> {
  const nats = await connect({
    servers: options.natsUrl,
    authenticator: credsAuthenticator(new TextEncoder().encode(options.credentials)),
  });
  const manager = await jetstreamManager(nats);
  for (const name of ['BENCH_EVENT', 'BENCH_JOB']) {
    await manager.streams.add({ name, subjects: [`bench.${name}`], max_age: 600_000_000_000 });
    await manager.consumers.add(name, { durable_name: 'bench', ack_policy: 'explicit', max_ack_pending: 256 });
  }
  const worker = await startWorker(`${import.meta.dirname}/bare.worker.ts`, [
    options.natsUrl,
    options.credentialsFile,
    options.databaseUrl,
  ]);
  const js = jetstream(nats);
  return {
    name: 'limit: bare hops, new context',
    processes: { worker: worker.pid, nats: options.natsPid, postgres: options.databasePid },
    run: async (item) => {
      const recorded = worker.recorded(item);
      await js.publish('bench.BENCH_EVENT', JSON.stringify({ item, text: 'x'.repeat(200) }));
      await recorded;
    },
    [Symbol.asyncDispose]: async () => {
      await worker[Symbol.asyncDispose]();
      for (const name of ['BENCH_EVENT', 'BENCH_JOB']) await manager.streams.delete(name);
      await nats.close();
    },
  };
}
